/** What the pages of a book load: the style, the script, the programs that draw and search, and the figures' files. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';
import { bookScript } from './client/bookScript.js';
import type { KeepFile } from './figures.js';
import { bookStyle } from './style.js';

/** A file's name as a link has it. */
export const linkTo = (file: string): string => encodeURI(file).replace(/[?#]/g, encodeURIComponent);

/** Writes `assets/`; Plotly only where there is a figure. */
export function writeAssets(
  folder: string,
  { searchIndex, hasFigures }: { readonly searchIndex: string; readonly hasFigures: boolean },
): void {
  const assets = join(folder, 'assets');
  writeFileAtomic(join(assets, 'book.css'), bookStyle);
  writeFileAtomic(join(assets, 'book.js'), bookScript);
  writeFileAtomic(join(assets, 'searchIndex.js'), searchIndex);
  const { resolve } = createRequire(import.meta.url);
  copyNew(join(dirname(resolve('minisearch')), '../umd/index.js'), join(assets, 'minisearch.js'));
  if (hasFigures) copyNew(resolve('plotly.js-dist-min'), join(assets, 'plotly.min.js'));
}

function copyNew(source: string, target: string): void {
  const there = statSync(target, { throwIfNoEntry: false });
  if (there?.size !== statSync(source).size) writeFileAtomic(target, readFileSync(source));
}

/** Files of one page's figures, numbered in their order; those that an earlier book left are taken away at the end. */
export function figureFiles(
  folder: string,
  name: string,
): { readonly keep: KeepFile; readonly removeOthers: () => void } {
  const own = join('figures', basename(name) || 'notebook');
  const kept = new Set<string>();
  const counts = { js: 0, png: 0 };
  return {
    keep: (ending, contentOf) => {
      const file = `${++counts[ending]}.${ending}`;
      const href = linkTo(`${own.replaceAll('\\', '/')}/${file}`);
      writeFileAtomic(join(folder, own, file), contentOf(href));
      kept.add(file);
      return href;
    },
    removeOthers: () => {
      const there = statSync(join(folder, own), { throwIfNoEntry: false })
        ? readdirSync(join(folder, own))
        : [];
      for (const file of there)
        if (/^\d+\.(png|js)$/.test(file) && !kept.has(file)) rmSync(join(folder, own, file), { force: true });
    },
  };
}
