import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notebook } from './notebook.js';

const { complete, completeAt, write } = notebook(
  "const reader = { name: 'Ishmael', age: 30 };\nlet alpha = 1, alphabet = 'abc'; interface Whale { tons: number }",
  "import * as os from 'node:os';",
);
write('lib/helper.ts', 'export const helpful = 1;');
write('lib/other.ts', '');

describe('complete(): names', () => {
  it('of earlier cells and of this one come first, then those that are there anyway', () => {
    const { matches, items } = completeAt('const alphorn = 1;\nalp|');
    assert.deepEqual(matches, ['alpha', 'alphabet', 'alphorn']);
    assert.deepEqual(items[0], { text: 'alpha', type: 'let' });
    const all = completeAt('|').matches;
    assert.ok(all.indexOf('reader') < all.indexOf('Array'), 'locals stand before globals');
    for (const name of ['prompt', 'require', 'console', 'os', 'await']) assert.ok(all.includes(name), name);
  });

  it('hold none of ours, and no import that somebody would have to add', () => {
    const { matches } = completeAt('|');
    assert.deepEqual(
      matches.filter((name) => name.startsWith('__cell')),
      [],
    );
    assert.ok(!matches.includes('trainBpe') && !matches.includes('readFileSync'));
    assert.ok(matches.length < 1000);
  });

  it('of types where a type stands', () => {
    assert.deepEqual(completeAt('let w: Wha|').matches, ['Whale']);
  });

  it('in capitals too, if nothing begins as it was typed', () => {
    assert.ok(completeAt('READ|').matches.includes('reader'));
  });
});

describe('complete(): members', () => {
  it('of values of earlier cells', () => {
    assert.deepEqual(completeAt('reader.|').matches, ['age', 'name']);
    assert.deepEqual(completeAt('reader.na|').matches, ['name']);
    const tensors = notebook("import * as tf from '@tensorflow/tfjs';");
    assert.ok(tensors.completeAt('tf.zeros([2]).resh|').matches.includes('reshape'));
    assert.ok(tensors.completeAt('tf.|').matches.includes('zeros'));
  });

  it('in the middle of a cell that is broken elsewhere', () => {
    const cell = 'const broken = (;\nfor (const one of [reader]) {\n  one.|\nconst more = [1,\n';
    assert.deepEqual(completeAt(cell).matches, ['age', 'name']);
  });

  it('of an object that a function wants, and the words that a type allows', () => {
    assert.deepEqual(completeAt('const w: Whale = { t| }').matches.slice(0, 1), ['tons']);
    const words = complete("const d: 'north' | 'south' = 'no';", 32);
    assert.deepEqual([words.matches, words.start, words.end], [['north'], 30, 32]);
  });
});

describe('complete(): the range that a match replaces', () => {
  it('is what was typed of the name, in UTF-16 units', () => {
    const cell = '"🙂"; reader.na|';
    const { start, end } = completeAt(cell);
    assert.deepEqual([start, end], [13, 15]);
  });

  it('ends at the cursor, in the middle of a name too', () => {
    const { start, end, matches } = completeAt('reader.na|me');
    assert.deepEqual([start, end, matches], [7, 9, ['name']]);
  });

  it('is empty where nothing was typed; a cursor outside the cell stands at its end', () => {
    const { start, end } = complete('reader.', 99);
    assert.deepEqual([start, end], [7, 7]);
    for (const cursor of [-5, Number.NaN]) assert.equal(complete('reader', cursor).end, 0);
  });
});

describe('complete(): within imports', () => {
  it('names that a package exports', () => {
    assert.deepEqual(completeAt("import { lossP| } from 'llm-workbook'").matches, ['lossPlot']);
  });

  it('packages, whose name is replaced as a whole', () => {
    const { matches, start, end } = completeAt("import * as t from '@tensorflow/tf|'");
    assert.ok(matches.includes('@tensorflow/tfjs'));
    assert.deepEqual([start, end], [20, 34]);
    assert.deepEqual(completeAt("import { x } from 'llm-|").matches, ['llm-workbook']);
    assert.ok(completeAt("await import('node:f|')").matches.includes('node:fs'));
  });

  it('files, one part of the path at a time', () => {
    assert.ok(completeAt("import { x } from './|'").matches.includes('lib'));
    const { matches, start, end } = completeAt("import { x } from './lib/he|'");
    assert.deepEqual([matches, start, end], [['helper.ts'], 25, 27]);
  });
});
