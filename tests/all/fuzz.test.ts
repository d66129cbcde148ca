import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fuzz } from '../fuzz/fuzz.js';
import { type SubjectName, subjects } from '../fuzz/subjects.js';

/** Of each kind; those that readers of data read are 10,000. */
const count = 2500;

for (const [nth, name] of (Object.keys(subjects) as SubjectName[]).entries()) {
  it(`${count} damaged ${name} inputs: none crashes, hangs, fills the memory or ends without a word, each refusal says where`, async () => {
    const { read, refused, faults, megabytes } = await fuzz(name, { seed: 100 + nth, count });
    assert.deepEqual(faults, []);
    assert.equal(read, count);
    assert.ok(refused > count / 10, `${refused} of ${count} refused`);
    assert.ok(megabytes < 768, `${megabytes} MB`);
  });
}
