import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LineDuplicatesOptions, lineDuplicates } from '../../../src/data/dedup/lineDuplicates.js';

/** What is left of each text, `undefined` where it is dropped. */
function left(texts: readonly string[], options?: LineDuplicatesOptions): (string | undefined)[] {
  const filter = lineDuplicates(options);
  return texts.map((text, nth) => {
    const verdict = filter.judge({ id: `${nth}`, text, metadata: {} });
    return verdict.keep ? (verdict.document?.text ?? text) : undefined;
  });
}

describe('lineDuplicates()', () => {
  it('cuts out lines that came before, blind to capitals, digits, accents and marks', () => {
    assert.deepEqual(left(['Home\nThe whale.\nPosted on 3 May', 'HOME!\nThe sea.\nPosted on 17 May.']), [
      'Home\nThe whale.\nPosted on 3 May',
      'The sea.',
    ]);
  });
  it('takes lines as they stand where it is told to, as Dolma does', () => {
    assert.deepEqual(left(['Home\nA', 'HOME\nB', 'Home\nC'], { normalized: false }), [
      'Home\nA',
      'HOME\nB',
      'C',
    ]);
  });
  it('cuts out a line that comes twice in one text, and leaves blank lines and marks alone', () => {
    assert.deepEqual(left(['***\nA b\n\n***\nA b\nC d']), ['***\nA b\n\n***\nC d']);
  });
  it('drops a text with nothing left, or with less than is asked for', () => {
    assert.deepEqual(left(['A b', 'a B', 'A b\nC']), ['A b', undefined, 'C']);
    assert.deepEqual(left(['A b', 'A b\nC'], { minCharacters: 2 }), ['A b', undefined]);
  });
  it('leaves short lines alone where it is told to', () => {
    assert.deepEqual(left(['Yes\nOne two three', 'Yes\nOne two three\nNo'], { minWords: 3 }), [
      'Yes\nOne two three',
      'Yes\nNo',
    ]);
  });
  it('compares paragraphs, which blank lines part', () => {
    assert.deepEqual(left(['A\nB\n\nC', 'B\n\n\nA\nB\n \nD'], { unit: 'paragraph' }), [
      'A\nB\n\nC',
      'B\n\nD',
    ]);
  });
});
