import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { encode, startKernel } from './client.js';

const kernel = await startKernel();
after(() => kernel.close());

const { version } = createRequire(import.meta.url)('typescript/package.json') as { version: string };

async function answer(type: string, content: object = {}, channel: 'shell' | 'control' = 'shell') {
  return (await kernel.reply(kernel.ask(channel, type, { ...content }))).content;
}

describe('messages', () => {
  it('kernel_info names the protocol and the language, on shell and on control', async () => {
    for (const channel of ['shell', 'control'] as const) {
      const content = await answer('kernel_info_request', {}, channel);
      const language = content.language_info as { name: string; version: string; file_extension: string };
      assert.equal(content.status, 'ok');
      assert.equal(content.protocol_version, '5.4');
      assert.deepEqual(
        [language.name, language.version, language.file_extension],
        ['typescript', version, '.ts'],
      );
    }
  });

  it('every request lies between busy and idle of its own', async () => {
    const id = kernel.ask('shell', 'comm_info_request', {});
    await kernel.outputs(id);
    const states = kernel.messages.filter(({ type, parent }) => type === 'status' && parent === id);
    assert.deepEqual(
      states.map(({ content }) => content.execution_state),
      ['busy', 'idle'],
    );
  });

  it('completion counts a cursor in code points', async () => {
    const code = "'🐋🐋'; consol";
    const { cursor_start, cursor_end, matches } = await answer('complete_request', {
      code,
      cursor_pos: [...code].length,
    });
    assert.deepEqual([cursor_start, cursor_end], [6, 12]);
    assert.ok((matches as string[]).includes('console'));
  });

  it('inspection finds what a cell has declared', async () => {
    await kernel.run('const whale: { readonly weight: number } = { weight: 3 };');
    const { found, data } = await answer('inspect_request', {
      code: 'whale',
      cursor_pos: 5,
      detail_level: 0,
    });
    assert.equal(found, true);
    assert.match((data as { 'text/plain': string })['text/plain'], /weight: number/);
  });

  it('is_complete tells whole, unfinished and wrong code apart', async () => {
    const statuses = [];
    for (const code of ['1', 'f(', '}'])
      statuses.push((await answer('is_complete_request', { code })).status);
    assert.deepEqual(statuses, ['complete', 'incomplete', 'invalid']);
  });

  it('is_complete waits for nobody: a terminal gives up after a second', async () => {
    const fresh = await startKernel();
    const busy = fresh.ask('shell', 'complete_request', { code: 'cons', cursor_pos: 4 }); // TypeScript starts
    const asked = fresh.ask('shell', 'is_complete_request', { code: 'f(' });
    const order = [await fresh.reply(busy), await fresh.reply(asked)].map((reply) =>
      fresh.messages.indexOf(reply),
    );
    assert.ok(order[1]! < order[0]!, 'the answer came behind that of TypeScript');
    await fresh.close();
  });

  it('a cell that is a name and a question mark opens the pager and runs nothing', async () => {
    for (const code of ['console?', '?console']) {
      const { reply, outputs } = await kernel.run(code);
      const [page] = reply.payload as { source: string; data: { 'text/plain': string } }[];
      assert.equal(page?.source, 'page');
      assert.match(page.data['text/plain'], /Console/);
      assert.deepEqual(
        outputs.map(({ type }) => type),
        ['execute_input'],
      );
    }
  });

  it('there are no comms: the list is empty, and one that is opened is closed', async () => {
    assert.deepEqual(await answer('comm_info_request'), { status: 'ok', comms: {} });
    const id = kernel.ask('shell', 'comm_open', { comm_id: 'c', target_name: 't', data: {} });
    const [closed] = await kernel.outputs(id);
    assert.deepEqual([closed?.type, closed?.content.comm_id], ['comm_close', 'c']);
  });

  it('debugging is denied in the words of the debug protocol', async () => {
    const content = await answer('debug_request', { type: 'request', seq: 7, command: 'attach' }, 'control');
    assert.deepEqual([content.success, content.request_seq, content.command], [false, 7, 'attach']);
  });

  it('history keeps cells that count: by tail, by range, by pattern', async () => {
    const { reply } = await kernel.run("'ab' + 'c'");
    await kernel.run('2 + 2');
    await kernel.run("'ab' + 'c'");
    await kernel.run("'ab' + 'd'", { store_history: false });
    const line = Number(reply.execution_count);
    const history = async (content: object) => (await answer('history_request', content)).history;
    const tail = await history({ hist_access_type: 'tail', n: 2, output: true, raw: true });
    assert.deepEqual(tail, [
      [1, line + 1, ['2 + 2', '4']],
      [1, line + 2, ["'ab' + 'c'", "'abc'"]],
    ]);
    const range = { hist_access_type: 'range', session: 0, start: line, stop: line + 1 };
    assert.deepEqual(await history(range), [[1, line, "'ab' + 'c'"]]);
    assert.deepEqual(await history({ ...range, session: 5 }), []);
    const search = { hist_access_type: 'search', pattern: "'ab*" };
    assert.deepEqual(await history(search), [
      [1, line, "'ab' + 'c'"],
      [1, line + 2, "'ab' + 'c'"],
    ]);
    assert.deepEqual(await history({ ...search, unique: true }), [[1, line + 2, "'ab' + 'c'"]]);
    assert.deepEqual(await history({ ...search, n: 1 }), [[1, line + 2, "'ab' + 'c'"]]);
    assert.deepEqual(await history({ hist_access_type: 'search', pattern: '? + ?' }), [
      [1, line + 1, '2 + 2'],
    ]);
  });

  it('requests that make no sense are answered with an error', async () => {
    assert.equal((await answer('complete_request', { code: 5 })).status, 'error');
    assert.equal((await answer('history_request', { hist_access_type: 'all' })).status, 'error');
    assert.equal((await answer('execute_request', {})).status, 'error');
    assert.equal(
      (await answer('execute_request', { code: '1', user_expressions: { a: 1 } })).status,
      'error',
    );
  });
});

/** What it says of a message may take longer than its answer: they come through different pipes. */
async function said(words: RegExp) {
  for (let waited = 0; waited < 100 && !words.test(kernel.printed()); waited++) await pause(50);
  assert.match(kernel.printed(), words);
}

describe('what is no rightful message', () => {
  /** Whether the kernel still answers, and what it did not. */
  async function dropped(id: string, log: RegExp): Promise<void> {
    await answer('kernel_info_request');
    assert.equal(
      kernel.messages.find(({ parent }) => parent === id),
      undefined,
    );
    await said(log);
  }

  it('a wrong signature: the cell does not run', async () => {
    const { id, frames } = encode('another secret', 'execute_request', { code: 'var forged = 1' });
    kernel.send('shell', frames);
    await dropped(id, /dropped: wrong signature/);
    const unsigned = encode('', 'execute_request', { code: 'var forged = 1' });
    kernel.send('shell', unsigned.frames);
    await dropped(unsigned.id, /wrong signature/);
    assert.match(JSON.stringify((await kernel.run('typeof forged')).outputs), /'undefined'/);
  });

  it('a message that is sent a second time', async () => {
    await kernel.run('var times = 0');
    const { id, frames } = encode('a secret', 'execute_request', { code: 'times++' });
    kernel.send('shell', frames);
    await kernel.reply(id);
    kernel.send('shell', frames);
    assert.match(JSON.stringify((await kernel.run('times')).outputs), /"text\/plain":"1"/);
    await said(/already received/);
  });

  it('frames that are no message, and types that are unknown', async () => {
    kernel.send('shell', ['nothing']);
    kernel.send('shell', ['<IDS|MSG>', '', '{}', '{}']);
    const parts = ['[]', '{}', '{}', 'no JSON'];
    const hmac = createHmac('sha256', 'a secret').update(parts.join('')).digest('hex');
    kernel.send('shell', ['<IDS|MSG>', hmac, ...parts]);
    for (const type of ['toString', '__proto__', 'input_reply', 'fly_request'])
      await dropped(kernel.ask('shell', type, {}), /dropped: expected a delimiter/);
    await said(/unknown type fly_request/);
  });
});

it('the heart beats while a cell computes', async () => {
  const id = kernel.execute(
    "console.log('started'); const end = Date.now() + 1000; while (Date.now() < end) {}",
  );
  await kernel.wait(({ type, parent }) => type === 'stream' && parent === id, 'the start of the cell');
  assert.equal(await kernel.beat('ping'), 'ping');
  assert.equal((await answer('complete_request', { code: 'consol', cursor_pos: 6 })).status, 'ok');
  assert.equal(
    kernel.messages.find(({ type, parent }) => type === 'execute_reply' && parent === id),
    undefined,
  );
  await kernel.reply(id);
});
