import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMembrane, type Membrane, type Reply, type Request } from '../../src/sandbox/membrane.js';

/** Two sides in one process; what crosses is JSON, as between processes. `see` is the tests' view of a value. */
function pair() {
  const json = <T>(value: T): T => JSON.parse(JSON.stringify(value));
  let given: unknown;
  const sides: { tests: Membrane; submission: Membrane } = {
    tests: createMembrane({
      open: false,
      request: (r: Request): Reply => json(sides.submission.serve(json(r))),
    }),
    submission: createMembrane({
      open: true,
      request: (r: Request): Reply => json(sides.tests.serve(json(r))),
      local: (r) => (r.op === 'get' ? { value: given } : undefined),
    }),
  };
  const see = <T>(value: T): T => {
    given = value;
    return sides.tests.ask({ op: 'get', name: 'it' }).value as T;
  };
  return { see, serveTests: (request: Request) => sides.tests.serve(request) };
}

describe('membrane: data', () => {
  const cyclic: { self?: unknown; list: unknown[] } = { list: [1] };
  cyclic.self = cyclic;
  cyclic.list.push(cyclic.list);
  let deep: unknown = 'end';
  for (let depth = 0; depth < 50_000; depth++) deep = [deep];
  const values: { readonly [what: string]: unknown } = {
    primitives: [
      undefined,
      null,
      true,
      '',
      'é🙂\ud800',
      0,
      -0,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -1e308,
      12n,
    ],
    objects: { a: { b: [1, { c: undefined }] }, 'key with blanks': 1, constructor: 2, toString: 3 },
    'an own __proto__': JSON.parse('{"__proto__": {"polluted": true}}'),
    'no prototype': Object.assign(Object.create(null), { a: 1 }),
    holes: Object.assign(new Array(3), { 0: 1, 2: 3 }),
    'dates and patterns': [new Date(5), /a\/b/giu],
    'maps and sets': new Map<unknown, unknown>([
      [{ a: 1 }, new Set([1, [2]])],
      [Number.NaN, -0],
    ]),
    bytes: [
      new Uint8Array([1, 2]),
      new Float64Array([Number.NaN, -0]),
      Buffer.from('x'),
      new BigInt64Array([5n]),
      new Float32Array(3).subarray(1),
    ],
    cyclic,
    shared: ((part) => [part, part])({ a: 1 }),
  };
  for (const [what, value] of Object.entries(values)) {
    it(`is the same on the other side: ${what}`, () => assert.deepStrictEqual(pair().see(value), value));
  }

  it('keeps which parts are one', () => {
    const [a, b] = pair().see(((part) => [part, part])({}));
    assert.equal(a, b);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('costs no stack, however deep', () => {
    let seen = pair().see(deep);
    for (let depth = 0; depth < 50_000; depth++) [seen] = seen as [unknown];
    assert.equal(seen, 'end');
  });

  it('keeps the class, name, message and cause of errors', () => {
    const error = pair().see(
      Object.assign(new RangeError('too far', { cause: new TypeError('why') }), { code: 'E1' }),
    );
    assert.ok(error instanceof RangeError && error.cause instanceof TypeError);
    assert.deepEqual([error.name, error.message, error.code], ['RangeError', 'too far', 'E1']);
  });

  it('refuses what cannot cross, in words', () => {
    assert.throws(() => pair().see(Symbol('own')), /Cannot pass the symbol Symbol\(own\)/);
    assert.throws(() => pair().see(new Array(20_000_000)), /Cannot pass an array of 20000000 elements/);
  });
});

describe('membrane: what runs', () => {
  it('calls functions with their arguments, names, results and errors', () => {
    const add = pair().see(function add(a: number, b: number) {
      if (Number.isNaN(a)) throw new RangeError('not a number');
      return a + b;
    });
    assert.deepEqual([add.name, add.length, add(1, 2)], ['add', 2, 3]);
    assert.throws(() => add(Number.NaN, 1), new RangeError('not a number'));
  });

  it('lets each side call functions of the other, one within the other', () => {
    const twice = pair().see((f: (n: number) => number) => (n: number) => f(f(n)));
    assert.equal(twice((n) => twice((m) => m * 3)(n))(1), 81);
  });

  it('shows what a function changed in its arguments, and only that', () => {
    const change = pair().see(
      (list: number[], object: { a?: number; b?: number }, map: Map<string, number>, bytes: Uint8Array) => {
        list.sort().push(9);
        delete object.a;
        object.b = 1;
        map.set('x', 1);
        bytes[0] = 7;
        return list;
      },
    );
    const [list, object, map, bytes, frozen] = [
      [3, 1],
      { a: 1 },
      new Map(),
      new Uint8Array(2),
      Object.freeze([1]),
    ];
    assert.equal(change(list, object, map, bytes), list);
    assert.deepEqual(
      [list, object, map, bytes],
      [[1, 3, 9], { b: 1 }, new Map([['x', 1]]), new Uint8Array([7, 0])],
    );
    assert.equal(pair().see((all: readonly number[]) => all.length)(frozen), 1);
  });

  it('hands over objects with methods, closures, classes with instances, generators', () => {
    const { see } = pair();
    const filter = see(() => {
      const known = new Set<string>();
      return { name: 'x', judge: (text: string) => !known.has(text) && Boolean(known.add(text)) };
    })();
    assert.deepEqual([filter.name, filter.judge('a'), filter.judge('a')], ['x', true, false]);

    class Counter {
      #hidden = 1;
      count = 0;
      static create() {
        return new Counter();
      }
      up(by = this.#hidden) {
        this.count += by;
        return this;
      }
      get double() {
        return this.count * 2;
      }
    }
    const Seen = see(Counter);
    const counter = new Seen();
    assert.ok(counter instanceof Seen);
    assert.equal(counter.up(), counter);
    counter.count = 10;
    counter.up(5);
    assert.deepEqual([counter.count, counter.double, Seen.create().up().count], [15, 30, 1]);

    const range = see(function* (n: number) {
      for (let i = 0; i < n; i++) yield i;
    });
    assert.deepEqual([...range(3)], [0, 1, 2]);
  });

  it('waits for promises of both sides', async () => {
    const after = pair().see(async (f: () => Promise<number>) => (await f()) + 1);
    assert.equal(await after(async () => 41), 42);
    const failing = pair().see(async () => Promise.reject(new TypeError('no')));
    await assert.rejects(failing(), new TypeError('no'));
  });

  it('never takes an object for a number', () => {
    const liar = pair().see({ valueOf: () => 42, toString: () => '42' }) as unknown as number;
    assert.throws(() => liar + 0, /an object was given where a plain value was expected/);
    assert.equal(`${liar}`, '42');
  });
});

describe('membrane: the tests against a submission', () => {
  it('gives no access to what was not handed out', () => {
    const { see, serveTests } = pair();
    const run = see((_f: () => number, _o: object) => 0);
    const own = { data: 1, method: () => 1 };
    run(() => 1, own);
    const graph = (roots: readonly unknown[], nodes: readonly unknown[] = []) => ({ roots, nodes }) as never;
    const self = graph([['r', 0]], [[0, ['known', [], 0]]]);
    const requests: Request[] = [
      { op: 'call', id: 99, graph: graph([['u']]) },
      { op: 'get', name: 'process' },
      { op: 'settle', id: 99 },
      { op: 'run', code: 'process.exit()', url: '' },
      { op: 'method', key: 'constructor', graph: self },
      { op: 'read', key: 'constructor', graph: graph([['r', 0]], [[0, ['known', [], 1]]]) },
      { op: 'method', key: '__defineGetter__', graph: graph([['r', 0]], [[0, ['known', [], 1]]]) },
      { op: 'call', id: 0, graph: graph([['x']]) },
      { op: 'call', id: 0, graph: graph([['r', 5]]) },
      { op: 'call', id: 0, graph: graph([], [[0, ['nonsense', 1]]]) },
      { op: 'call', id: 0, graph: graph([], 'many' as never) },
    ];
    for (const request of requests) assert.equal(serveTests(request).op, 'throw', JSON.stringify(request));
  });

  it('changes no object of ours that has methods', () => {
    const own = { data: 1, method: () => 1 };
    pair().see((object: { data: number; method: () => number }) => {
      object.data = 2;
      object.method = () => 2;
    })(own);
    assert.deepEqual([own.data, own.method()], [1, 1]);
  });
});
