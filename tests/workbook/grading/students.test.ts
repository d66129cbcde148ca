import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  handedInAt,
  lateness,
  readStudents,
  seedOf,
  studentOf,
  timeOf,
} from '../../../src/workbook/grading/students.js';
import { readTable, tableText } from '../../../src/workbook/grading/table.js';

const folder = mkdtempSync(join(tmpdir(), 'students-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('readStudents()', () => {
  it('reads what nbgrader and spreadsheets write: commas or semicolons, a byte order mark, two names', () => {
    const wanted = [
      { id: 'ann', name: 'Ann Lee', email: 'a@x.org' },
      { id: 'bob', name: 'Bob, Jr.' },
    ];
    const commas = 'id,first_name,last_name,email\nann,Ann,Lee,a@x.org\nbob,"Bob, Jr.",,\n';
    assert.deepEqual(readStudents(file('a.csv', commas)), wanted);
    const semicolons = '\ufeffid;name;email\r\nann;Ann Lee;a@x.org\r\nbob;"Bob, Jr.";\r\n';
    assert.deepEqual(readStudents(file('b.csv', semicolons)), wanted);
  });

  it('says which row it cannot use', () => {
    assert.throws(
      () => readStudents(join(folder, 'none.csv')),
      /Cannot read .*none\.csv: there is no such file/,
    );
    assert.throws(() => readStudents(file('c.csv', 'name\nAnn\n')), /expected a column id, got name/);
    assert.throws(() => readStudents(file('d.csv', 'id,name\nann,A\n,B\n')), /row 2 has no id/);
    assert.throws(() => readStudents(file('e.csv', 'id\nann\nANN\n')), /the id ann stands there twice/);
    assert.throws(
      () => readStudents(file('f.csv', 'id,handed_in\nann,yesterday\n')),
      /handed_in of ann: expected a time such as .*, got yesterday/,
    );
  });
});

describe('studentOf()', () => {
  const students = ['ann', 'ann-lee', 'bo', '1234'].map((id) => ({ id }));
  const found = (path: string) => studentOf(students, path)?.id;

  it('finds an id as a word of the file, its folder, or the folder above, the longest first', () => {
    assert.equal(found('in/ann_05.ipynb'), 'ann');
    assert.equal(found('in/Ann-Lee/05.ipynb'), 'ann-lee');
    assert.equal(found('submitted/ann/homework/05.ipynb'), 'ann');
    assert.equal(found('in/05_1234_late.ipynb'), '1234');
  });

  it('takes no part of a word for an id', () => {
    assert.equal(found('in/bob.ipynb'), undefined);
    assert.equal(found('in/12345.ipynb'), undefined);
    assert.equal(found('in/joann/05.ipynb'), undefined);
  });
});

describe('late work', () => {
  const due = new Date('2026-11-30T12:00Z');
  const at = (time: string) => lateness(new Date(time), 8, { due, lossPerDay: 25 });

  it('costs a share for each day begun, and never more than there is', () => {
    assert.deepEqual(at('2026-11-30T12:00Z'), { days: 0, lost: 0 });
    assert.deepEqual(at('2026-11-30T12:00:01Z'), { days: 1, lost: 2 });
    assert.deepEqual(at('2026-12-01T13:00Z'), { days: 2, lost: 4 });
    assert.deepEqual(at('2027-01-01T00:00Z'), { days: 32, lost: 8 });
  });

  it('is dated by the table, by nbgrader’s timestamp.txt, or by the file', () => {
    const home = join(folder, 'ann');
    mkdirSync(home);
    const path = join(home, 'x.ipynb');
    writeFileSync(path, '');
    utimesSync(path, due, due);
    assert.deepEqual(handedInAt(path, undefined), due);
    writeFileSync(join(home, 'timestamp.txt'), '2026-12-01 09:30:00.000000 UTC\n');
    assert.equal(handedInAt(path, undefined).toISOString(), '2026-12-01T09:30:00.000Z');
    writeFileSync(join(home, 'timestamp.txt'), 'never');
    assert.deepEqual(handedInAt(path, undefined), due, 'it ends no grading');
    rmSync(join(home, 'timestamp.txt'));
    mkdirSync(join(home, 'timestamp.txt'));
    assert.deepEqual(handedInAt(path, undefined), due);
    const handedIn = new Date(0);
    assert.equal(handedInAt(path, { id: 'ann', handedIn }), handedIn);
  });

  it('refuses a time that is none', () =>
    assert.throws(() => timeOf('soon', '--due'), /Cannot use --due: expected a time such as .*, got soon/));
});

it('a seed belongs to a student and a notebook, is whole and above 0, and does not repeat in a class', () => {
  const seeds = Array.from({ length: 1000 }, (_, nth) => seedOf(`s${nth}`, '02'));
  assert.equal(new Set(seeds).size, 1000);
  assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31));
  assert.notEqual(seedOf('ann', '02'), seedOf('ann', '03'));
});

it('a table comes back as it was written, formulas guarded on the way', () => {
  const rows = [
    ['=HYPERLINK("x")', 'a "b", c\nd'],
    ['- one\n- two', '-1'],
    ["it's", ''],
  ];
  const path = file('back.csv', tableText(['a', 'b'], rows));
  assert.deepEqual(
    readTable(path, ['a', 'b']).map(({ a, b }) => [a, b]),
    rows,
  );
  assert.match(tableText(['a'], [['=1+1']]), /^a\n"'=1\+1"\n$/);
});
