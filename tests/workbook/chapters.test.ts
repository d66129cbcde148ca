import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findChapters } from '../../src/workbook/chapters.js';
import { readNotebook } from '../../src/workbook/notebook.js';
import { plan } from '../../src/workbook/plan.js';

describe('findChapters()', () => {
  it("runs the workbook's own chapters where the caller is, other notebooks in their own folder", () => {
    const folder = mkdtempSync(join(tmpdir(), 'chapters-'));
    writeFileSync(join(folder, 'a.ipynb'), '{}');
    assert.deepEqual(
      findChapters(['05', join(folder, 'a.ipynb')]).map((chapter) => chapter.folder),
      [process.cwd(), process.cwd(), folder],
    );
  });

  it('says that a folder has no notebooks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chapters-'));
    assert.throws(() => findChapters([folder]), /: the folder has no notebooks$/);
  });

  it('knows chapters by their number, files and folders by their path', () => {
    assert.deepEqual(
      findChapters(['05']).map(({ name }) => name),
      ['05-pretraining', '05-pretraining-further'],
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

it('findChapters() has a chapter before the notebook that goes further', () => {
  assert.deepEqual(
    findChapters(['02']).map(({ name }) => name),
    ['02-tokenization', '02-tokenization-further'],
  );
});

describe('plan', () => {
  it('has fifteen chapters in order, and minutes for exactly those that are there, by their titles', () => {
    assert.deepEqual(
      plan.map(({ name }) => Number(name.slice(0, 2))),
      Array.from({ length: 15 }, (_, nth) => nth + 1),
    );
    const further = /-further$/;
    const there = findChapters([]).filter(({ name }) => !further.test(name));
    assert.deepEqual(
      plan.filter(({ minutes }) => minutes !== undefined).map(({ name }) => name),
      there.map(({ name }) => name),
    );
    for (const { name, path } of findChapters([])) {
      const [title] = readNotebook(path).cells[0]!.source.split('\n');
      const planned = plan.find((chapter) => chapter.name === name.replace(further, ''))!;
      const ending = further.test(name) ? ': going further' : '';
      assert.equal(title, `# ${name.slice(0, 2)} · ${planned.title}${ending}`);
    }
  });
});
