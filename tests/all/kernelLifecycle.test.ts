import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { readConnection } from '../../src/kernel/jupyter/connection.js';
import { cli, connectionFile, folder, type Kernel, startKernel } from '../kernel/jupyter/client.js';

async function endsWhenAsked(kernel: Kernel, restart: boolean): Promise<void> {
  const id = kernel.ask('control', 'shutdown_request', { restart });
  assert.deepEqual((await kernel.reply(id)).content, { status: 'ok', restart });
  const [news] = await kernel.outputs(id);
  assert.deepEqual([news?.type, news?.content.restart], ['shutdown_reply', restart]);
  assert.equal(await kernel.status, 0);
  kernel.disconnect();
}

describe('the end of a kernel', () => {
  it('shutdown_request: a reply, the news for everybody, exit status 0', async () => {
    const kernel = await startKernel();
    await endsWhenAsked(kernel, false);
  });

  it('shutdown_request while a cell runs for ever, and for a restart', async () => {
    const kernel = await startKernel();
    const id = kernel.execute("console.log('started'); while (true) {}");
    await kernel.wait(({ type, parent }) => type === 'stream' && parent === id, 'the start of the cell');
    await endsWhenAsked(kernel, true);
  });
});

describe('a cell that ends its process', () => {
  const kinds: readonly (readonly [code: string, why: RegExp])[] = [
    ['process.exit(3)', /^the process exited with status 3:/],
    ['process.abort()', /^the process was ended by SIGABRT:/],
    ["process.kill(process.pid, 'SIGKILL')", /^the process was ended by SIGKILL:/],
    ['process.disconnect()', /^the process exited with status 0:/],
    [
      'const all: object[] = []; for (;;) all.push(new Array(1e6).fill({}));',
      /^the process ran out of memory:/,
    ],
  ];
  it('is told so in one sentence, those behind it are not run, and the next one gets a fresh process', async () => {
    const kernel = await startKernel({ env: { NODE_OPTIONS: '--max-old-space-size=100' } });
    for (const [code, why] of kinds) {
      await kernel.run('let kept = 1');
      const id = kernel.execute(code);
      const behind = kernel.execute('1 + 1');
      const { content } = await kernel.reply(id);
      assert.deepEqual([content.status, content.ename], ['error', 'ProcessEnded']);
      assert.match(String(content.evalue), why);
      assert.match(String(content.evalue), /all variables are lost/);
      assert.deepEqual(
        (await kernel.outputs(id)).map(({ type }) => type),
        ['execute_input', 'error'],
        code,
      );
      assert.equal((await kernel.reply(behind)).content.status, 'aborted');
      const { outputs } = await kernel.run('typeof kept');
      const value = outputs.find(({ type }) => type === 'execute_result')?.content.data;
      assert.deepEqual(value, { 'text/plain': "'undefined'" }, code);
    }
    const names = await kernel.reply(kernel.ask('shell', 'complete_request', { code: 'kep', cursor_pos: 3 }));
    assert.deepEqual(names.content.matches, []); // nor does completion know them any more
    await kernel.close();
  });

  it('between two cells: the next one says so and runs', async () => {
    const kernel = await startKernel();
    await kernel.run('let kept = 1; setTimeout(() => process.exit(4), 20)');
    await setTimeout(500);
    const { reply, outputs } = await kernel.run('typeof kept');
    assert.equal(reply.status, 'ok');
    const stream = outputs.find(({ type }) => type === 'stream');
    assert.match(
      String(stream?.content.text),
      /^Between cells the process exited with status 4: all variables/,
    );
    await kernel.close();
  });

  it('but not by taking everybody’s listeners away', async () => {
    const kernel = await startKernel();
    await kernel.run('let kept = 1; void process.removeAllListeners()');
    await kernel.run("void process.removeAllListeners('message').removeAllListeners('uncaughtException')");
    assert.equal(
      (await kernel.run('setTimeout(() => { throw new Error("late") }, 1); kept')).reply.status,
      'ok',
    );
    const { reply } = await kernel.run('await new Promise((resolve) => setTimeout(resolve, 20)); kept');
    assert.equal(reply.status, 'ok');
    await kernel.close();
  });
});

describe('interrupts', () => {
  it('the signal goes to the whole process group: the cell ends, its variables and the kernel stay', async () => {
    const kernel = await startKernel();
    for (const wait of [
      'while (true) {}',
      'await Promise.resolve(); while (true) {}',
      'await new Promise(() => {})',
    ]) {
      const id = kernel.execute(`var kept = 5; console.log('started'); ${wait}`);
      await kernel.wait(({ type, parent }) => type === 'stream' && parent === id, 'the start of the cell');
      process.kill(-kernel.pid, 'SIGINT');
      const { content } = await kernel.reply(id);
      assert.deepEqual([content.status, content.ename], ['error', 'Interrupted']);
      const { outputs } = await kernel.run('kept');
      assert.deepEqual(outputs.at(-1)?.content.data, { 'text/plain': '5' });
    }
    process.kill(-kernel.pid, 'SIGINT'); // with nothing to interrupt
    assert.equal((await kernel.run('1')).reply.status, 'ok');
    await kernel.close();
  });
});

describe('types', () => {
  const wrong = "const wrong: number = 'text'; console.log('ran');";

  it('an error of types is shown in its cell, which runs all the same', async () => {
    const kernel = await startKernel({ env: { WORKBOOK_CHECK: '' } });
    const id = kernel.execute(wrong);
    assert.equal((await kernel.reply(id)).content.status, 'ok');
    const { content } = await kernel.wait(
      ({ type, parent }) => type === 'display_data' && parent === id,
      'the display',
    );
    const data = content.data as { 'text/plain': string; 'text/html': string };
    assert.match(data['text/plain'], /^TS2322, line 1, column 7: /);
    assert.match(data['text/html'], /TS2322, line 1, column 7: Type &#39;string&#39;/);
    const checked = await kernel.run(`// @check\n${wrong}`);
    assert.match(String(checked.reply.evalue), /^TS2322, line 2, column 7: /);
    assert.ok(!checked.outputs.some(({ type }) => type === 'stream'), 'it ran');
    await kernel.close();
  });

  it('WORKBOOK_CHECK=error keeps such a cell from running, unless it says otherwise', async () => {
    const kernel = await startKernel({ env: { WORKBOOK_CHECK: 'error' } });
    const { reply, outputs } = await kernel.run(wrong);
    assert.deepEqual([reply.status, reply.ename], ['error', 'TypeCheck']);
    assert.deepEqual(
      outputs.map(({ type }) => type),
      ['execute_input', 'error'],
    );
    assert.equal((await kernel.run(`// @nocheck\n${wrong}`)).reply.status, 'ok');
    await kernel.close();
  });
});

function workbook(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [cli, 'kernel', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
}

describe('workbook kernel', () => {
  const cases = [
    [{ transport: 'ipc' }, /expected the transport "tcp", got "ipc"/],
    [{ ip: '0.0.0.0' }, /expected a loopback address .* got "0\.0\.0\.0"/],
    [{ ip: '*' }, /expected a loopback address/],
    [{ ip: '127.0.0.1.example.org' }, /expected a loopback address/],
    [{ signature_scheme: 'hmac-md5' }, /expected the signature scheme "hmac-sha256", got "hmac-md5"/],
    [{ shell_port: 'x' }, /expected a port .* as shell_port, got "x"/],
    [{ key: 5 }, /expected a text as key/],
  ] as const;
  for (const [changes, sentence] of cases) {
    it(`refuses a connection with ${JSON.stringify(changes)} in one sentence`, async () => {
      const { path } = await connectionFile(changes);
      assert.throws(
        () => readConnection(path),
        ({ message }: Error) => sentence.test(message) && !message.includes('\n'),
      );
    });
  }

  it('ends with status 1 and the sentence, where the connection file is not there too', async () => {
    const { path } = await connectionFile({ ip: '0.0.0.0' });
    for (const [file, sentence] of [
      [path, /expected a loopback address .* got "0\.0\.0\.0"/],
      [join(folder, 'none.json'), /there is no such file/],
    ] as const) {
      const { status, stderr } = workbook(['--connection', file]);
      assert.deepEqual([status, stderr.trim().split('\n').length], [1, 1]);
      assert.match(stderr, sentence);
    }
  });

  it('install writes the kernelspec where Jupyter looks, with whole paths', () => {
    const prefix = join(folder, 'prefix');
    const data = join(folder, 'data');
    const places = [
      [['--prefix', prefix], join(prefix, 'share/jupyter/kernels/workbook/kernel.json')],
      [['--prefix', prefix, '--name', 'tslab'], join(prefix, 'share/jupyter/kernels/tslab/kernel.json')],
      [['--user'], join(data, 'kernels/workbook/kernel.json')],
      [[], join(data, 'kernels/workbook/kernel.json')],
    ] as const;
    for (const [args, path] of places) {
      const { status, stderr } = workbook(['install', ...args], { JUPYTER_DATA_DIR: data });
      assert.equal(status, 0, stderr);
      const spec = JSON.parse(readFileSync(path, 'utf8')) as { argv: string[]; language: string };
      assert.equal(spec.argv[0], process.execPath);
      assert.deepEqual(spec.argv.slice(-4), [cli, 'kernel', '--connection', '{connection_file}']);
      assert.equal(spec.language, 'typescript');
    }
  });

  it('install refuses a name that is a path', () => {
    for (const name of ['../up', '..', 'a b', '']) {
      const { status, stderr } = workbook(['install', '--prefix', folder, '--name', name]);
      assert.deepEqual([status, /Cannot install a kernel as/.test(stderr)], [1, true], name);
    }
  });
});
