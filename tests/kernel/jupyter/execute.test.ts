import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { spec, startKernel } from './client.js';

const kernel = await startKernel({ key: '' }); // without a key nothing is signed
after(() => kernel.close());

const types = (outputs: readonly { type: string }[]) => outputs.map(({ type }) => type);

describe('execute_request', () => {
  it('publishes the input, the streams and the value, with the count of the reply', async () => {
    const { reply, outputs } = await kernel.run("console.log('out'); console.error('err'); 6 * 7");
    assert.equal(reply.status, 'ok');
    assert.deepEqual(types(outputs), ['execute_input', 'stream', 'stream', 'execute_result']);
    assert.deepEqual(outputs[1]?.content, { name: 'stdout', text: 'out\n' });
    assert.deepEqual(outputs[2]?.content, { name: 'stderr', text: 'err\n' });
    const { execution_count, data } = outputs[3]!.content;
    assert.equal(execution_count, reply.execution_count);
    assert.deepEqual(data, { 'text/plain': '42' });
  });

  it('gives an error three times: published, in the reply, and with the place in the cell', async () => {
    const { reply, outputs } = await kernel.run("const n = 1;\nthrow new RangeError('too far');");
    const error = outputs.find(({ type }) => type === 'error')!.content;
    assert.deepEqual([error.ename, error.evalue], ['RangeError', 'too far']);
    assert.deepEqual([reply.status, reply.traceback], ['error', error.traceback]);
    assert.match(
      (error.traceback as string[]).join('\n'),
      new RegExp(`cell ${reply.execution_count}, line 2`),
    );
  });

  it('runs as Node does by itself, without the frugal settings of the kernel', async () => {
    const names = Object.keys(spec.env);
    assert.ok(names.length > 0);
    const code = `[...process.execArgv, ...${JSON.stringify(names)}.filter((name) => name in process.env)]`;
    const { outputs } = await kernel.run(code);
    assert.deepEqual(outputs.at(-1)?.content.data, { 'text/plain': '[]' });
  });

  it('silent: publishes nothing, counts nothing, and runs', async () => {
    const before = (await kernel.run('0')).reply.execution_count as number;
    const { reply, outputs } = await kernel.run("console.log('x'); var quiet = 1; quiet", { silent: true });
    assert.deepEqual([reply.status, outputs], ['ok', []]);
    assert.deepEqual((await kernel.run("throw new Error('x')", { silent: true })).outputs, []);
    assert.equal((await kernel.run('quiet')).reply.execution_count, before + 1);
  });

  it('evaluates user_expressions after the cell, each by itself', async () => {
    const { reply } = await kernel.run('var e = 20', {
      user_expressions: {
        sum: 'e + 1',
        object: '{ a: e }',
        wrong: 'nothing.here',
        late: 'await Promise.resolve(e)',
      },
    });
    const values = reply.user_expressions as {
      [name: string]: { status: string; ename: string; data: object };
    };
    assert.deepEqual(values.sum, { status: 'ok', data: { 'text/plain': '21' }, metadata: {} });
    assert.deepEqual(values.object?.data, { 'text/plain': '{ a: 20 }' });
    assert.deepEqual(values.late?.data, { 'text/plain': '20' });
    assert.deepEqual([values.wrong?.status, values.wrong?.ename], ['error', 'ReferenceError']);
  });

  it('aborts what is waiting behind an error, and nothing that is sent after its reply', async () => {
    const ids = ["throw new Error('first')", 'var ran = 1', 'var ran = 2'].map((code) =>
      kernel.execute(code),
    );
    const replies = await Promise.all(ids.map((id) => kernel.reply(id)));
    assert.deepEqual(
      replies.map(({ content }) => content.status),
      ['error', 'aborted', 'aborted'],
    );
    for (const id of ids.slice(1)) assert.deepEqual(await kernel.outputs(id), []);
    const { reply, outputs } = await kernel.run('typeof ran');
    assert.equal(reply.status, 'ok');
    assert.deepEqual(outputs.at(-1)?.content.data, { 'text/plain': "'undefined'" });
  });

  it('runs what is waiting behind an error where stop_on_error is false', async () => {
    const ids = ["throw new Error('first')", '1 + 1'].map((code) =>
      kernel.execute(code, { stop_on_error: false }),
    );
    const replies = await Promise.all(ids.map((id) => kernel.reply(id)));
    assert.deepEqual(
      replies.map(({ content }) => content.status),
      ['error', 'ok'],
    );
  });

  it('passes a display and its updates on with one id', async () => {
    const { outputs } = await kernel.run(
      "import { newDisplay } from 'tslab'; const d = newDisplay(); d.html('a'); d.html('b');",
    );
    const shown = outputs.filter(({ type }) => type.includes('display'));
    assert.deepEqual(types(shown).slice(0, 2), ['display_data', 'update_display_data']);
    const { display_id } = shown[0]!.content.transient as { display_id: string };
    assert.equal(typeof display_id, 'string');
    for (const { content } of shown) assert.deepEqual(content.transient, { display_id });
  });

  it('says so where a value shows itself as what JSON has no form for', async () => {
    const { reply, outputs } = await kernel.run(
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })",
    );
    assert.equal(reply.status, 'ok');
    assert.match(String(outputs.at(-1)?.content.text), /cannot be sent/);
    const odd = "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })";
    const asked = await kernel.run('1', { user_expressions: { odd } });
    assert.match(JSON.stringify(asked.reply.user_expressions), /"status":"error"/);
  });

  it('gives late text to the cell that it came from', async () => {
    const id = kernel.execute("setTimeout(() => console.log('late'), 200); 0");
    await kernel.run('await new Promise((resolve) => setTimeout(resolve, 500))');
    const late = await kernel.wait(({ content }) => content.text === 'late\n', 'the late text');
    assert.equal(late.parent, id);
  });

  it('sends a million lines in few messages', async () => {
    const { outputs } = await kernel.run('for (let n = 0; n < 1_000_000; n++) console.log(n);');
    const text = outputs
      .filter(({ type }) => type === 'stream')
      .map(({ content }) => content.text)
      .join('');
    assert.ok(text.startsWith('0\n1\n2\n'));
    assert.ok(text.includes('\n999999\n'));
    assert.ok(outputs.length < 1000, `${outputs.length} messages`);
  });
});

describe('questions of a cell', () => {
  it('go to who sent the request, and the answer comes back', async () => {
    const id = kernel.execute("const who = await prompt('Who?', { password: true }); who + '!'");
    const question = await kernel.wait(
      ({ channel, parent }) => channel === 'stdin' && parent === id,
      'the question',
    );
    assert.deepEqual(
      [question.type, question.content],
      ['input_request', { prompt: 'Who?', password: true }],
    );
    kernel.ask('stdin', 'input_reply', { value: 'Ahab' });
    assert.deepEqual((await kernel.outputs(id)).at(-1)?.content.data, { 'text/plain': "'Ahab!'" });
  });

  it('are an error where nobody is there', async () => {
    const { reply } = await kernel.run("await prompt('Who?')", { allow_stdin: false });
    assert.equal(reply.status, 'error');
    assert.match(String(reply.evalue), /nobody/);
  });

  it('end with their cell: an interrupted one leaves nothing for the next', async () => {
    const id = kernel.execute("await prompt('Who?')");
    await kernel.wait(({ channel, parent }) => channel === 'stdin' && parent === id, 'the question');
    kernel.ask('control', 'interrupt_request', {});
    assert.equal((await kernel.reply(id)).content.ename, 'Interrupted');
    const next = kernel.execute("await prompt('And you?')");
    await kernel.wait(({ channel, parent }) => channel === 'stdin' && parent === next, 'the second question');
    kernel.ask('stdin', 'input_reply', { value: 'Queequeg' });
    assert.deepEqual((await kernel.outputs(next)).at(-1)?.content.data, { 'text/plain': "'Queequeg'" });
  });
});
