// Draws the two pictures of README.md, from the library and from the outputs of chapter 05: `node scripts/images.mjs`
// after a build. A picture that would look the same is written the same, to the byte.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderPng, tiktokenTokenizer, tokenPieces } from '../dist/index.js';
import { rasterize } from '../dist/plot/drawing/rasterize.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const colours = ['#cfe8ff', '#ffe2b8', '#d5f0c9', '#f6d0dc', '#e2d7f7'];
const [letter, line] = [8.43, 26]; // of DejaVu Sans Mono at 14 pixels

/** Rows of coloured tokens, each with the name of its vocabulary and their number. */
function tokensSvg(text, names) {
  const rows = names.map(([label, name], row) => {
    const pieces = tokenPieces(tiktokenTokenizer(name), text);
    let x = 90;
    const y = 12 + row * (line + 8);
    const boxes = pieces.map(({ bytes }, nth) => {
      const shown = new TextDecoder().decode(bytes).replaceAll(' ', '·');
      const width = shown.length * letter;
      const box = `<rect x="${x}" y="${y}" width="${width}" height="${line - 4}" rx="2" fill="${colours[nth % 5]}"/>`;
      const word = `<text x="${x}" y="${y + 16}" xml:space="preserve">${shown.replaceAll('&', '&amp;')}</text>`;
      x += width + 1;
      return box + word;
    });
    return `<text x="8" y="${y + 16}">${label}</text>${boxes.join('')}<text x="${x + 12}" y="${y + 16}" fill="#666">${pieces.length}</text>`;
  });
  const height = 16 + names.length * (line + 8);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="${height}"><rect width="700" height="${height}" fill="#fff"/><g font-family="DejaVu Sans Mono" font-size="14" fill="#111">${rows.join('')}</g></svg>`;
}

const text = 'strawberry costs 12345 dollars, tokenization is free';
const names = [
  ['GPT-2', 'gpt2'],
  ['GPT-4', 'cl100k_base'],
  ['GPT-4o', 'o200k_base'],
];
writeFileSync(join(root, 'docs/images/tokens.png'), rasterize(tokensSvg(text, names), 1.5));

const { cells } = JSON.parse(readFileSync(join(root, 'notebooks/05-pretraining.ipynb'), 'utf8'));
const figures = cells
  .flatMap(({ outputs = [] }) => outputs)
  .flatMap(({ data }) => data?.['application/vnd.plotly.v1+json'] ?? []);
const loss = figures.find(({ layout }) => /bigram/.test(layout.title.text));
writeFileSync(join(root, 'docs/images/loss.png'), await renderPng(loss, { width: 700, height: 380 }));
