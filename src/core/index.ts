/** What every room stands on: random numbers, progress, the size dial, spreads. */

export { duration, type Progress, progressLine, progressOf } from './progress.js';
export { createRandom, type Random } from './random.js';
export { type Size, sized, sizes } from './size.js';
export { type Spread, spreadOf } from './statistics.js';
