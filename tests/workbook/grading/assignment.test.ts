import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { findChapters } from '../../../src/workbook/chapters.js';
import { assignment } from '../../../src/workbook/grading/assignment.js';
import { checksum, pythonFloat } from '../../../src/workbook/grading/checksum.js';
import { formatNotebook, type Notebook, readNotebook } from '../../../src/workbook/notebook.js';
import { sourceOf } from './notebooks.js';

const exercise = { name: 'ex', solution: 'const secret = 40 + 2;', test: 'assert.equal(secret, 42);' };
const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['--version']).status === 0);

/** nbgrader's rule, said again in Python. */
const reference = `
import hashlib, json, sys
for cell in json.load(sys.stdin)['cells']:
    mark = cell['metadata'].get('nbgrader')
    if mark is None or 'checksum' not in mark: continue
    md5 = hashlib.md5()
    md5.update(''.join(cell['source']).encode())
    md5.update(cell['cell_type'].encode())
    for key in ('grade', 'solution', 'locked'): md5.update(str(mark[key]).encode())
    md5.update(mark['grade_id'].encode())
    if mark['grade']: md5.update(str(float(mark['points'])).encode())
    print(mark['grade_id'], md5.hexdigest())
`;

describe('assignment()', () => {
  for (const { name, path } of findChapters([])) {
    it(`${name}: no solution, hidden test or output is left, and the points stay`, () => {
      const source = readNotebook(path);
      const copy = assignment(source);
      const pointsOf = ({ cells }: Notebook) =>
        cells.reduce((sum, { metadata }) => sum + (metadata.nbgrader?.points ?? 0), 0);
      assert.equal(pointsOf(copy), pointsOf(source));
      assert.doesNotMatch(formatNotebook(copy), /(BEGIN|END) (SOLUTION|HIDDEN)/);
      for (const cell of copy.cells) if (cell.cell_type === 'code') assert.deepEqual(cell.outputs, []);
      const taken = source.cells.flatMap((cell) =>
        [...cell.source.matchAll(/BEGIN (?:SOLUTION|HIDDEN TESTS)\n([\s\S]*?)\n.*END /g)].flatMap(
          ([, text]) => text!.split('\n'),
        ),
      );
      const text = copy.cells.map((cell) => cell.source).join('\n');
      const telling = taken.filter((line) => line.trim().length > 40);
      assert.ok(telling.length >= 3);
      assert.deepEqual(
        telling.filter((line) => text.includes(line.trim())),
        [],
      );
    });
  }

  it("has the checksums that nbgrader's formula gives in Python", {
    skip: python ? false : 'there is no Python',
  }, () => {
    const copies = findChapters([]).map(({ path }) => assignment(readNotebook(path)));
    for (const copy of copies) {
      const { stdout } = spawnSync(python!, ['-c', reference], {
        input: formatNotebook(copy),
        encoding: 'utf8',
      });
      const ours = copy.cells.flatMap(({ metadata: { nbgrader } }) =>
        nbgrader?.checksum ? [`${nbgrader.grade_id} ${nbgrader.checksum}\n`] : [],
      );
      assert.ok(ours.length > 0);
      assert.equal(ours.join(''), stdout);
    }
  });

  it('writes points as Python does', { skip: python ? false : 'there is no Python' }, () => {
    const values = [0, 1, 2.5, 0.1, 1e-4, 1e-5, 1.5e-7, 1e15, 1e16, 1.25e22, 1 / 3, 123456789012345680];
    const program = `import json; print(json.dumps([str(float(v)) for v in ${JSON.stringify(values)}]))`;
    const { stdout } = spawnSync(python!, ['-c', program], { encoding: 'utf8' });
    assert.deepEqual(values.map(pythonFloat), JSON.parse(stdout));
  });

  it('changes its checksum with everything that nbgrader compares', () => {
    const [cell] = sourceOf([exercise]).cells.slice(2);
    const { nbgrader } = cell!.metadata;
    const other = { ...cell!, metadata: { nbgrader: { ...nbgrader!, points: 3 } } };
    assert.notEqual(checksum(cell!), checksum(other));
    assert.notEqual(checksum(cell!), checksum({ ...cell!, source: `${cell!.source} ` }));
  });

  const refused: {
    readonly [what: string]: readonly [change: (notebook: Notebook) => Notebook, message: RegExp];
  } = {
    'a solution that stands elsewhere': [
      (notebook) => ({
        ...notebook,
        cells: [
          ...notebook.cells,
          { cell_type: 'markdown', id: 'm', metadata: {}, source: 'Like so:\nconst secret = 40 + 2;' },
        ],
      }),
      /text of the solution or hidden test of cell 2 is left in cell 4: const secret/,
    ],
    'a solution in the metadata': [
      (notebook) => ({ ...notebook, metadata: { note: 'const secret = 40 + 2;' } }),
      /is left in the metadata/,
    ],
    'ids that are not unique': [
      ({ cells, ...rest }) => ({ ...rest, cells: [...cells, cells[0]!] }),
      /two cells have the id "first"/,
    ],
    'graded cells without points': [
      ({ cells, ...rest }) => ({
        ...rest,
        cells: cells.map((cell) => {
          const { points: _, ...mark } = cell.metadata.nbgrader ?? {};
          return cell.metadata.nbgrader?.grade ? { ...cell, metadata: { nbgrader: mark as never } } : cell;
        }),
      }),
      /cell test-ex is graded and has no points/,
    ],
  };
  for (const [what, [change, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => assert.throws(() => assignment(change(sourceOf([exercise]))), message));
  }
});
