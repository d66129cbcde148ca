// Makes the book in out/book/ from the notebooks as they are committed, outputs included; it runs none of them. The
// folder is whole in itself: it opens from a disk, and any static host can serve it. `npm run book -- DIR` makes it in
// a folder that is empty or holds a book.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { linkTo } from '../dist/workbook/book/assets.js';
import { writeBook } from '../dist/workbook/book/book.js';
import { leaveStudentCopy } from '../dist/workbook/book/outFolder.js';
import { findChapters } from '../dist/workbook/chapters.js';
import { readNotebook } from '../dist/workbook/notebook.js';
import { bookTitle, introduction, plan } from '../dist/workbook/plan.js';
import { writeApi } from './api.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const book = resolve(process.argv[2] ?? join(root, 'out', 'book'));
const start = performance.now();

/** A chapter with the files that its page offers: the notebook, and one to work in. */
function chapterOf({ name, path }) {
  const notebook = readNotebook(path);
  const file = `${name}.ipynb`;
  cpSync(path, join(book, file));
  const { target } = leaveStudentCopy(book, name, notebook);
  const exercises = target ? [{ href: `exercises/${linkTo(file)}`, title: 'Exercises to work in' }] : [];
  return { name, notebook, files: [{ href: linkTo(file), title: 'This notebook' }, ...exercises] };
}

if (existsSync(book) && readdirSync(book).length > 0 && !existsSync(join(book, 'assets', 'book.css'))) {
  process.stderr.write(`Cannot make a book in ${book}: it holds something else.\n`);
  process.exit(1);
}
rmSync(book, { recursive: true, force: true });
const helpers = await writeApi(book, root);
const chapters = findChapters([]).map(chapterOf);
const guides = readdirSync(join(root, 'docs'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ name: basename(file, '.md'), markdown: readFileSync(join(root, 'docs', file), 'utf8') }));
const index = writeBook(book, chapters, {
  title: bookTitle,
  plan,
  introduction,
  guides,
  api: { href: 'api/index.html', helpers },
});
const seconds = ((performance.now() - start) / 1000).toFixed(0);
process.stdout.write(
  `Book: ${pathToFileURL(index).href} (${chapters.length} notebooks, ${helpers.length} names, ${seconds} s)\n`,
);
