import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fuzz } from '../fuzz/fuzz.js';
import { type SubjectName, subjects } from '../fuzz/subjects.js';

const count = 2000;

for (const [nth, name] of (Object.keys(subjects) as SubjectName[]).entries()) {
  it(`${count} damaged ${name} inputs: none crashes, hangs or fills the memory, each refusal says where`, async () => {
    const { read, refused, faults, megabytes } = await fuzz(name, { seed: 100 + nth, count });
    assert.deepEqual(faults, []);
    assert.equal(read, count);
    assert.ok(refused > count / 10, `${refused} of ${count} refused`);
    assert.ok(megabytes < 768, `${megabytes} MB`);
  });
}
