import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { command } from '../../src/cli/data/get.js';
import { fileServer } from '../data/bytes/server.js';
import { testFolder } from '../data/readers/files.js';

const { folder } = testFolder('get');
const content = Buffer.from('The whale.\n'.repeat(1000));
const sha256 = createHash('sha256').update(content).digest('hex');

describe('workbook data get', () => {
  it('puts the file where it is told, and checks it', async () => {
    const { url } = await fileServer(content, [{ dropAfter: 500 }, {}]);
    const path = join(folder, 'new', 'whale.txt');
    assert.equal(await command.run([url, path, '--sha256', sha256, '--bytes', '11000']), 0);
    assert.ok(readFileSync(path).equals(content));
  });
  it('leaves nothing of an address where nobody answers', async () => {
    const { url } = await fileServer(
      content,
      Array.from({ length: 20 }, () => ({ status: 404 })),
    );
    const path = join(folder, 'nothing', 'of.txt');
    await assert.rejects(command.run([url, path]), /Cannot download/);
    assert.deepEqual(readdirSync(join(folder, 'nothing')), []);
  });
  it('refuses a wrong checksum, no address, two files and a name that is none', async () => {
    const { url } = await fileServer(content);
    const path = join(folder, 'wrong.txt');
    await assert.rejects(command.run([url, path, '--sha256', '0'.repeat(64)]), /expected SHA-256 0+, got /);
    assert.ok(!existsSync(path));
    await assert.rejects(command.run([]), /expected an address/);
    await assert.rejects(command.run([url, path, path]), /expected an address/);
    await assert.rejects(command.run([url, path, '--bytes', 'many']), /expected a whole number/);
    await assert.rejects(command.run(['https://a.example/']), /name a file to put it into/);
  });
});
