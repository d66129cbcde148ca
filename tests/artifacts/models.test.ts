import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { downloadedModels, downloadModel } from '../../src/artifacts/models.js';
import { command as get } from '../../src/cli/model/get.js';
import { command as list } from '../../src/cli/model/list.js';
import type { Progress } from '../../src/core/progress.js';

const home = mkdtempSync(join(tmpdir(), 'models-'));
after(() => rmSync(home, { recursive: true }));

/** A hub with some repositories, each a list of files; `broken` ends the first answer with a large file halfway. */
async function hub(repositories: Record<string, Record<string, Buffer>>, { broken = false } = {}) {
  const asked: string[] = [];
  let isBroken = broken;
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(`${url} ${request.headers.range ?? ''}`.trim());
    const [, listed] = /^\/api\/models\/(.+)\/tree\/main\?recursive=true$/.exec(url) ?? [];
    const [, name = '', path = ''] = /^\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/.exec(url) ?? [];
    const files = repositories[listed ?? name];
    if (files && listed) {
      const entries = Object.entries(files).map(([path, content]) => ({
        type: 'file',
        path,
        size: content.length,
        ...(content.length > 1000 && { lfs: { oid: createHash('sha256').update(content).digest('hex') } }),
      }));
      response.end(JSON.stringify([{ type: 'directory', path: 'onnx', size: 0 }, ...entries]));
      return;
    }
    const content = files?.[path];
    if (!content) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { etag: `"${path}"`, 'content-length': content.length - from };
    response.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (isBroken && content.length > 1000) {
      isBroken = false;
      response.write(content.subarray(0, 700), () => response.destroy());
    } else response.end(content.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, asked, wait: 1 };
}

const weights = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251));
const folder = {
  '.gitattributes': Buffer.from('x'),
  'README.md': Buffer.from('# A model'),
  'config.json': Buffer.from('{}'),
  'model.safetensors': weights,
  'pytorch_model.bin': weights,
  'tokenizer.json': Buffer.from('{ }'),
};
const quantised = { 'README.md': Buffer.from('x'), 'a-q4.gguf': weights, 'a-q8.gguf': weights.subarray(1) };

describe('downloadModel', () => {
  it('brings the files of a folder that are read, checked, with the progress of all; the second time none', async () => {
    const { asked, ...options } = await hub({ 'o/n': folder });
    const told: Progress[] = [];
    const onProgress = (progress: Progress) => told.push(progress);
    const { path, bytes } = await downloadModel('hf://o/n', { home, ...options, onProgress });
    assert.deepEqual([path, bytes], [join(home, 'models', 'o', 'n'), 5005]);
    assert.ok(readFileSync(join(path, 'model.safetensors')).equals(weights));
    assert.ok(!existsSync(join(path, 'pytorch_model.bin')) && !existsSync(join(path, 'README.md')));
    assert.deepEqual([told.at(-1)!.done, told.at(-1)!.total], [5005, 5005]);
    assert.equal(asked.at(-1), '/o/n/resolve/main/config.json'); // a folder that has it is complete
    const before = asked.length;
    await downloadModel('hf://o/n', { home, ...options });
    assert.deepEqual(asked.slice(before), ['/api/models/o/n/tree/main?recursive=true']);
  });

  it('goes on where a connection broke, and takes one GGUF file by its name or alone', async () => {
    const { asked, ...options } = await hub(
      { 'o/q': quantised, 'o/one': { 'b.gguf': weights } },
      { broken: true },
    );
    const { path } = await downloadModel('hf://o/q/a-q4.gguf', { home, ...options });
    assert.equal(path, join(home, 'models', 'o', 'q', 'a-q4.gguf'));
    assert.ok(readFileSync(path).equals(weights));
    assert.equal(asked.at(-1), '/o/q/resolve/main/a-q4.gguf bytes=700-');
    assert.equal(
      (await downloadModel('hf://o/one', { home, ...options })).path,
      join(home, 'models', 'o', 'one', 'b.gguf'),
    );
  });

  it('refuses a file that is not what the hub has, and says what there is to choose from', async () => {
    const { asked: _, ...options } = await hub({
      'o/q': quantised,
      'o/x': { 'README.md': Buffer.from('x') },
    });
    await assert.rejects(downloadModel('hf://o/q', { home, ...options }), {
      name: 'RangeError',
      message: /name of a \.gguf file, and there is a-q4\.gguf, a-q8\.gguf$/,
    });
    await assert.rejects(downloadModel('hf://o/q/a.gguf', { home, ...options }), /and there is a-q4\.gguf/);
    await assert.rejects(
      downloadModel('hf://o/x', { home, ...options }),
      /expected config\.json, tokenizer\.json/,
    );
    await assert.rejects(downloadModel('hf://o/none', { home, ...options }), /the server answered 404/);
    for (const source of ['o/n', 'hf://o', 'hf://o/..', 'hf://../n', 'hf://o/n/../../x.gguf'])
      await assert.rejects(
        downloadModel(source, { home, ...options }),
        /expected hf:\/\/OWNER\/NAME/,
        source,
      );
  });

  it('leaves no file under its name that has another checksum', async () => {
    const files = { 'c.gguf': Buffer.from(weights) };
    const { asked: _, ...options } = await hub({ 'o/c': files });
    const other = Buffer.from(weights).fill(7, 10, 20);
    const digest = createHash('sha256').update(files['c.gguf']).digest('hex');
    const listing = JSON.stringify([{ type: 'file', path: 'c.gguf', size: 5000, lfs: { oid: digest } }]);
    const liar = createServer((request, response) =>
      response.end(request.url?.startsWith('/api') ? listing : other),
    );
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
    await assert.rejects(downloadModel('hf://o/c', { ...options, home, endpoint }), /expected SHA-256/);
    assert.ok(!existsSync(join(home, 'models', 'o', 'c', 'c.gguf')));
    liar.closeAllConnections();
    liar.close();
  });
});

describe('workbook model', () => {
  it('get brings a model into the folder that is named, and list says what is there', async () => {
    const { endpoint } = await hub({ 'o/n': folder });
    const written: string[] = [];
    const write = process.stdout.write;
    const before = process.env.HF_ENDPOINT;
    process.env.HF_ENDPOINT = endpoint;
    process.stdout.write = ((text: string) => written.push(text) > 0) as never;
    try {
      const own = join(home, 'own');
      await list.run(['--home', own]);
      assert.equal(await get.run(['hf://o/n', '--home', own]), 0);
      await list.run(['--home', own]);
      assert.deepEqual(
        downloadedModels(own).map(({ name, bytes }) => [name, bytes]),
        [['o/n', 5005]],
      );
    } finally {
      process.stdout.write = write;
      if (before === undefined) delete process.env.HF_ENDPOINT;
      else process.env.HF_ENDPOINT = before;
    }
    const text = written.filter((line) => typeof line === 'string').join('');
    assert.match(text, /There are no models in .*own; workbook model get brings one\./);
    assert.match(text, /models\/o\/n: 0 MB\n/);
    assert.match(text, /^ {2}o\/n +0 MB .*models\/o\/n$/m);
    await assert.rejects(get.run([]), /expected one address/);
  });
});
