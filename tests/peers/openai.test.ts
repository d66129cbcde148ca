import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '../../src/backend/select.js';
import { disposeParams } from '../../src/model/params.js';
import { startServer } from '../../src/serve/index.js';
import { textAlone, tinyModel } from '../serve/tinyModel.js';
import { peersPython } from './environment.js';
import { withPeers } from './python.js';

/** What the script answers, while this process serves. */
function askMeanwhile(question: object): Promise<string> {
  const script = fileURLToPath(new URL('openaiPeer.py', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = execFile(peersPython()!, [script], (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin!.end(JSON.stringify(question));
  });
}

withPeers(import.meta.filename, () => {
  it('OpenAI’s client for Python gets what the model says alone, and errors of its own kinds', async (context) => {
    await selectBackend({ name: 'wasm' });
    const model = tinyModel();
    const server = await startServer([model], { port: 0, apiKey: 'right' });
    context.after(async () => {
      await server.close();
      disposeParams(model.params);
    });
    const seen = JSON.parse(await askMeanwhile({ url: server.url }));
    const expected = textAlone(model, 'Hello', { maxTokens: 20, seed: 3 });
    assert.deepEqual(
      [seen.models, seen.whole, seen.streamed, seen.finish],
      [['tiny'], expected, expected, 'length'],
    );
    assert.equal(Buffer.from(seen.bytes).toString(), expected);
    assert.deepEqual(seen.top, Array(20).fill(2));
    const [read, made, all] = seen.usage;
    assert.deepEqual([made, all], [20, read + 20]);
    assert.ok(seen.completion.startsWith('once') && seen.completion.length > 4);
    assert.deepEqual(seen.refused, [
      [404, 'NotFoundError', 'model'],
      [400, 'BadRequestError', 'temperature'],
      [400, 'BadRequestError', 'response_format.type'],
    ]);
  });
});
