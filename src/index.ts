/** The public door: everything a notebook may import, and nothing else happens here. */

export { duration, type Progress, progressLine, progressOf } from './core/progress.js';
export { createRandom, type Random } from './core/random.js';
export { type Size, sized, sizes } from './core/size.js';
export { type CorpusName, corpusNames, readCorpus } from './data/corpora.js';
export type { Document } from './data/document.js';
