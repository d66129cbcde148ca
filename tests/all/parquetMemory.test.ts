import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { parquetWriteFile } from 'hyparquet-writer';

/** Reads all documents and tells how many, and the most memory that this process and the one that unpacks had, MB. */
const reader = `
import { readFileSync } from 'node:fs';
import { readDocuments } from ${JSON.stringify(new URL('../../dist/data/readers/readDocuments.js', import.meta.url).href)};
let count = 0;
for await (const _ of readDocuments(process.argv[1])) count++;
const [child] = readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').split(' ');
const most = (pid) => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/' + pid + '/status', 'utf8'))[1]) / 1024;
console.log(JSON.stringify({ count, own: most('self'), unpacking: most(child) }));
`;

it('readDocuments() reads a parquet file larger than the memory of both its processes', {
  skip: process.platform !== 'linux' && 'only Linux tells how much memory a process had',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  try {
    const filename = join(folder, 'large.parquet');
    const data = Array.from({ length: 150_000 }, (_, nth) =>
      createHash('sha512').update(String(nth)).digest('hex').repeat(24),
    );
    const columnData = [{ name: 'text', data, type: 'STRING' as const }];
    await parquetWriteFile({ filename, rowGroupSize: 1000, codec: 'UNCOMPRESSED', columnData });
    const bytes = statSync(filename).size;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', reader, filename], {
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    const { count, own, unpacking } = JSON.parse(stdout) as Record<string, number>;
    assert.equal(count, 150_000);
    assert.ok(own! + unpacking! < bytes / 1e6, `${own} and ${unpacking} MB for a file of ${bytes / 1e6} MB`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
