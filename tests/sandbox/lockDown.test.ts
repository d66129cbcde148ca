import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

/** Tries each piece of code in a process that was locked down; no permission model and no namespaces help. */
function attempts(codes: readonly string[]): string[] {
  const script = `
    import { checkImport, lockDown } from ${JSON.stringify(new URL('../../dist/sandbox/lockDown.js', import.meta.url).href)};
    const modules = {};
    for (const name of ['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'child_process', 'worker_threads', 'inspector', 'cluster'])
      modules[name] = await import('node:' + name);
    const AsyncFunction = (async () => {}).constructor;
    lockDown();
    const said = [];
    for (const code of ${JSON.stringify(codes)}) {
      try {
        await new AsyncFunction('m', 'checkImport', code)(modules, checkImport);
        said.push('did it');
      } catch (error) { said.push(String(error.cause ?? error)); }
    }
    console.log(JSON.stringify(said));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.ok(stdout, stderr);
  return JSON.parse(stdout);
}

describe('lockDown(): what is refused where there are no namespaces', () => {
  const network = [
    "await fetch('http://127.0.0.1:9')",
    "m.net.connect(9, '127.0.0.1')",
    "new m.net.Socket().connect(9, '127.0.0.1')",
    "m.net.connect('a.sock')",
    'm.net.createServer()',
    'new m.net.Server()._listen2(null, 0, 4, 5)',
    "m.net._createServerHandle('127.0.0.1', 0, 4)",
    "m.dgram._createSocketHandle('127.0.0.1', 0, 'udp4')",
    "m.tls.connect(9, '127.0.0.1')",
    "await new Promise((yes, no) => m.http.get('http://127.0.0.1:9').on('error', no))",
    "await new Promise((yes, no) => m.https.get('https://127.0.0.1:9').on('error', no))",
    'm.http.createServer().listen(0)',
    "await new Promise((yes, no) => m.http2.connect('http://127.0.0.1:9').on('error', no))",
    "m.dgram.createSocket('udp4')",
    "new m.dgram.Socket('udp4')",
    "m.dns.lookup('localhost', () => {})",
    "await m.dns.promises.lookup('localhost')",
    "new m.dns.Resolver().resolve4('a.example', () => {})",
    "checkImport('node:net')",
    "checkImport('http')",
    "checkImport('dns/promises')",
  ];
  const others = [
    "m.child_process.spawnSync('true')",
    "m.child_process.fork('x')",
    "new m.worker_threads.Worker('', { eval: true })",
    'new m.inspector.Session()',
    'm.cluster.fork()',
    'process.kill(process.ppid, 0)',
    'process._kill(process.ppid, 0)',
    "process.binding('fs')",
    'process.dlopen({}, "x")',
    'process.exit(0)',
    'process.reallyExit(0)',
    'process.abort()',
    "checkImport('node:vm')",
    "checkImport('module')",
    "checkImport('node:sqlite')",
    "checkImport('_http_client')",
    'Object.defineProperty(process, "kill", { value: 1 })',
  ];
  const said = attempts([...network, ...others]);
  for (const [nth, code] of network.entries()) {
    it(`the network: ${code}`, () => assert.match(said[nth]!, /the network is not available in the sandbox/));
  }
  for (const [nth, code] of others.entries()) {
    it(code, () =>
      assert.match(said[network.length + nth]!, /is not available in the sandbox|Cannot redefine property/),
    );
  }

  it('but not files, mathematics and the like', () => {
    assert.deepEqual(
      attempts(["checkImport('node:fs')", "checkImport('assert/strict')", "checkImport('llm-workbook')"]),
      Array(3).fill('did it'),
    );
  });
});
