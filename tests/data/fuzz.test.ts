import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fuzz } from '../fuzz/fuzz.js';
import type { SubjectName } from '../fuzz/subjects.js';

// A few of the kinds that come from strangers; tests/all/fuzz.test.ts has thousands, and of every kind.
const counts: readonly [name: SubjectName, count: number][] = [
  ['WARC', 15],
  ['rows', 15],
];

for (const [nth, [name, count]] of counts.entries()) {
  it(`${count} damaged ${name} inputs: none crashes, hangs, fills the memory or ends without a word, each refusal says where`, async () => {
    const { read, faults, megabytes } = await fuzz(name, { seed: 1 + nth, count });
    assert.deepEqual(faults, []);
    assert.equal(read, count);
    assert.ok(megabytes < 768, `${megabytes} MB`);
  });
}
