import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startCellHost } from '../../dist/kernel/cellHost.js';
import type { EngineOutput } from '../../src/kernel/output.js';

const folder = mkdtempSync(join(tmpdir(), 'names-'));
writeFileSync(join(folder, 'word.ts'), 'export const word: string = [..."WORD"].join("").toLowerCase();');

type Host = Awaited<ReturnType<typeof startCellHost>>;

async function withHost(use: (run: ReturnType<typeof runner>, host: Host) => Promise<void>): Promise<void> {
  const host = await startCellHost(folder);
  try {
    await use(runner(host), host);
  } finally {
    host.stop();
  }
}

/** Runs a cell: its value, what it printed, its error. */
const runner = (host: Host) => async (source: string) => {
  const outputs: EngineOutput[] = [];
  const result = await host.execute(source, { milliseconds: 20_000, send: (output) => outputs.push(output) });
  assert.ok(result.type === 'done', `${source}: ${JSON.stringify(result)}`);
  const shown = outputs.find(({ type }) => type === 'result');
  return {
    value: shown?.type === 'result' ? shown.data['text/plain'] : undefined,
    text: outputs.map((output) => (output.type === 'stream' ? output.text : '')).join(''),
    error: result.outcome.ok ? undefined : result.outcome.error.message,
  };
};

/** What every reader does next: shows a value, prints, waits, fails. */
async function worksOn(run: ReturnType<typeof runner>, after: string): Promise<void> {
  const cells: readonly (readonly [source: string, outcome: Partial<Awaited<ReturnType<typeof run>>>])[] = [
    [
      "log('printed'); let total = 0; for await (const n of [1, (async () => 2)()]) total += n; [total, { a: 'b' }]",
      { value: "[ 3, { a: 'b' } ]", text: 'printed\n' },
    ],
    ["throw { told: 'so' }", { error: "{ told: 'so' }" }],
    ['null.length', { error: "Cannot read properties of null (reading 'length')" }],
  ];
  for (const [source, outcome] of cells) {
    const expected = { value: undefined, text: '', error: undefined, ...outcome };
    assert.deepEqual(await run(source), expected, `${source}, after ${after}`);
  }
}

describe('a cell may call its own things what the platform calls others', () => {
  const cells: readonly (readonly [source: string, use: string, value: string])[] = [
    ['function process(doc: string) { return doc.trim(); }', "process(' a ')", "'a'"],
    ['class process {}', 'process.name', "'process'"],
    ['let process = 5', 'process', '5'],
    ['const Promise = 3', 'Promise', '3'],
    ['const setImmediate = 1', 'setImmediate', '1'],
    ['const clearTimeout = 1', 'clearTimeout', '1'],
    ['class Map { static empty() { return new Map(); } }', 'Map.empty() instanceof Map', 'true'],
    ['const Array = [1]', 'Array', '[ 1 ]'],
    ['enum Set { Full, Half = Full + 2 }', 'Set.Half', '2'],
    ['const { Object, JSON: [String] } = { Object: 1, JSON: [2] }', '[Object, String]', '[ 1, 2 ]'],
    ["import { setTimeout } from 'node:timers/promises'", "await setTimeout(1, 'later')", "'later'"],
    ['for (var Error of [1, 2]) {}', 'Error', '2'],
    ['const Buffer = () => 1, Symbol = Buffer', 'Buffer.name + Symbol.name', "'BufferBuffer'"],
    ['let globalThis = 8', '({ globalThis })', '{ globalThis: 8 }'],
    ['let URL = 1; ({ URL = 2 } = {})', 'URL', '2'],
    ['const Reflect = 1', 'typeof Reflect + { Reflect: "key" }.Reflect', "'numberkey'"],
  ];

  it('one after the other in one notebook, each beside those before it', () =>
    withHost(async (run) => {
      await run('const { log } = console');
      for (const [source, use, value] of cells) {
        assert.equal((await run(source)).error, undefined, source);
        assert.deepEqual(await run(use), { value, text: '', error: undefined }, source);
        assert.equal((await run("import { word } from './word'; word")).value, "'word'", source); // with tsx's own names
        await worksOn(run, source);
        assert.deepEqual(await run(use), { value, text: '', error: undefined }, source);
      }
    }));

  it('closures of earlier cells, and packages, keep the platform’s', () =>
    withHost(async (run) => {
      await run('const now = () => typeof Date.now()');
      await run('const Date = 1');
      assert.equal((await run('now()')).value, "'number'");
      assert.equal(
        (await run('typeof new (await import("node:fs")).Stats().constructor')).value,
        "'function'",
      );
    }));
});

describe('a cell may set any global', () => {
  const names = Object.getOwnPropertyNames(globalThis).filter(
    (name) => Object.getOwnPropertyDescriptor(globalThis, name)?.configurable,
  );
  const prepare =
    'const { log } = console, { getOwnPropertyDescriptor: of, defineProperty: define } = Object, all = globalThis';
  const set = (name: string) => `define(all, '${name}', { value: null, configurable: true, writable: true })`;

  it('each by itself, and has it back', () =>
    withHost(async (run) => {
      await run(prepare);
      for (const name of names) {
        assert.equal(
          (await run(`const kept = of(all, '${name}'); void ${set(name)}`)).error,
          undefined,
          name,
        );
        await worksOn(run, name);
        assert.equal((await run(`void define(all, '${name}', kept)`)).error, undefined, name);
      }
    }));

  it('all of them', () =>
    withHost(async (run) => {
      await run(prepare);
      await run(names.map(set).join(';'));
      await worksOn(run, 'all');
    }));
});
