/** What README.md and docs/ say of the workbook is so. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as library from '../../src/index.js';
import { plan } from '../../src/workbook/plan.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
const texts = new Map(
  ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...docs.map((file) => join('docs', file))].map((file) => [
    file,
    readFileSync(join(root, file), 'utf8'),
  ]),
);
const readme = texts.get('README.md')!;

describe('README.md', () => {
  it('lists every chapter as the plan has it, and is short', () => {
    const rows = plan.map(({ name, title, sentence, minutes }) => {
      const label = `${name.slice(0, 2)} ${title}`;
      const link = minutes === undefined ? label : `[${label}](notebooks/${name}.ipynb)`;
      return `| ${link} | ${sentence} | ${minutes ?? 'to come'} |`;
    });
    assert.deepEqual(readme.match(/^\| .*\d\d .*$/gm), rows);
    assert.ok(readme.split('\n').length <= 100);
  });

  it('has an example whose names are all there', () => {
    const [, names = ''] = /import \{ (.+) \} from 'llm-workbook'/.exec(readme) ?? [];
    for (const name of names.split(', ')) assert.ok(name in library, name);
  });
});

describe('README.md, CHANGELOG.md, CONTRIBUTING.md and docs/', () => {
  for (const [file, text] of texts) {
    it(`${file} links to what is there, and names files that are`, () => {
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)/g))
        if (!/^https?:/.test(target)) assert.ok(existsSync(join(root, dirname(file), target)), target);
      for (const [, path = ''] of text.matchAll(/`((?:src|tests|scripts|notebooks)\/[\w./]+\w)`/g))
        if (!path.includes('NN')) assert.ok(existsSync(join(root, path)), path);
    });
  }
});
