import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  abandonedParts,
  fileProblem,
  isAlive,
  isPartOf,
  partFile,
  removeParts,
  temporaryName,
  writeFileAtomic,
} from '../../src/core/files.js';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
after(() => rmSync(folder, { recursive: true }));

/** The number of a process that has ended. */
const ended = spawnSync(process.execPath, ['-e', '']).pid;

describe('fileProblem()', () => {
  it('says in the same words for every reader what is wrong with a file', () => {
    const problemOf = (work: () => unknown): string => {
      try {
        work();
        return 'nothing';
      } catch (error) {
        return fileProblem(error);
      }
    };
    writeFileSync(join(folder, 'file'), '');
    assert.equal(
      problemOf(() => readFileSync(join(folder, 'none'))),
      'there is no such file',
    );
    assert.equal(
      problemOf(() => readFileSync(folder)),
      'it is a folder',
    );
    assert.equal(
      problemOf(() => readFileSync(join(folder, 'file', 'below'))),
      'a part of its path is a file, not a folder',
    );
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    assert.equal(fileProblem(full), 'there is no room left on the disk');
    assert.equal(fileProblem(new Error('else')), 'else');
  });
});

describe('writeFileAtomic() and partFile()', () => {
  it('name the file that cannot be written', () => {
    const below = join(folder, 'file', 'below');
    writeFileSync(join(folder, 'file'), '');
    const error = {
      message: `Cannot write ${below}: a part of its path is a file, not a folder`,
    };
    assert.throws(() => writeFileAtomic(below, 'x'), error);
    assert.throws(() => partFile(below), error);
  });
  it('show a file under its name only when it is complete, and leave nothing of a discarded one', () => {
    const path = join(folder, 'new', 'a.bin');
    const [first, second] = [partFile(path), partFile(path)];
    first.write(Buffer.from('one'));
    second.write(Buffer.from('two'));
    assert.equal(readdirSync(join(folder, 'new')).length, 2);
    first.discard();
    assert.deepEqual(second.commit(), {
      bytes: 3,
      sha256: '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
    });
    second.discard();
    assert.deepEqual(readdirSync(join(folder, 'new')), ['a.bin']);
  });
});

describe('temporary files', () => {
  it('are told by their names: this process, an ended one, another machine', () => {
    const own = join(folder, 'parts');
    mkdirSync(own);
    const mine = temporaryName(join(own, 'a.b'));
    const theirs = mine.replace(`.${process.pid}.`, `.${ended}.`);
    const elsewhere = theirs.replace(/\.[\w-]+(?=\.\d+\.\d+-\d+\.part$)/, '.elsewhere');
    for (const path of [mine, theirs, elsewhere]) writeFileSync(path, '');
    assert.deepEqual(abandonedParts(own), [theirs]);
    assert.ok(isPartOf('x/a.b', mine) && !isPartOf('x/a', mine));
    assert.notEqual(temporaryName('a'), temporaryName('a'));
    removeParts(own);
    assert.deepEqual(readdirSync(own), [elsewhere.slice(own.length + 1)]);
    assert.deepEqual([isAlive(process.pid), isAlive(ended)], [true, false]);
    removeParts(join(folder, 'nowhere'));
  });
});
