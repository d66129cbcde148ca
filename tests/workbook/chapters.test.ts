import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findChapters } from '../../src/workbook/chapters.js';

describe('findChapters()', () => {
  it('knows chapters by their number, files and folders by their path', () => {
    assert.deepEqual(
      findChapters(['05']).map(({ name }) => name),
      ['05-pretraining'],
    );
    const folder = mkdtempSync(join(tmpdir(), 'chapters-'));
    for (const file of ['b.ipynb', 'a.ipynb', 'notes.txt']) writeFileSync(join(folder, file), '{}');
    assert.deepEqual(
      findChapters([folder, join(folder, 'a.ipynb')]).map(({ name }) => name),
      ['a', 'b', 'a-2'],
    );
  });

  it('says what there is when a word names nothing', () => {
    assert.throws(
      () => findChapters(['99']),
      /Cannot run "99": it is neither a file nor a chapter \(there are 01-web-data/,
    );
    assert.throws(() => findChapters(['no/such.ipynb']), /neither a file nor a chapter/);
  });
});
