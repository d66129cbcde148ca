/**
 * Takes from a process what code that nobody trusts must not have and what Node's permission model leaves: the
 * network, other processes' signals, and ways around. It is the second of three walls: the permission model, this, and
 * (on Linux) namespaces of its own.
 *
 * Each function is replaced in Node's own module, so that packages which the code imports find the same.
 */
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import dgram from 'node:dgram';
import dns from 'node:dns';
import inspector from 'node:inspector';
import { builtinModules, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';
import v8 from 'node:v8';
import worker from 'node:worker_threads';

/** Modules of Node that cells may not import. */
const refused = new Set(
  'child_process cluster dgram diagnostics_channel dns http http2 https inspector module net repl sea sqlite test tls trace_events v8 vm wasi worker_threads'.split(
    ' ',
  ),
);
const networkModules = new Set(['dgram', 'dns', 'http', 'http2', 'https', 'net', 'tls']);

/**
 * Refuses modules of Node that give such code more than it needs.
 *
 * @throws {Error} If the module is one of them.
 */
export function checkImport(specifier: string): void {
  const name = specifier.replace(/^node:/, '').split('/')[0]!;
  const builtin = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (!builtin || !(refused.has(name) || name.startsWith('_'))) return;
  throw refusal(networkModules.has(name) ? 'the network' : `the module "${specifier}"`);
}

const refusal = (what: string): Error => new Error(`${what} is not available in the sandbox`);

/** Replaces what nobody behind the walls may have; there is no way back. */
export function lockDown(): void {
  const network = 'the network';
  replace(net.Socket.prototype, ['connect'], network);
  replace(net.Server.prototype, ['listen', '_listen2'], network);
  replace(net, ['connect', 'createConnection', 'createServer', '_createServerHandle'], network);
  replace(tls, ['connect', 'createServer'], network);
  replace(dgram, ['createSocket', 'Socket', '_createSocketHandle'], network);
  replace(dns, functionsOf(dns), network);
  replace(dns.promises, functionsOf(dns.promises), network);
  replace(dns.Resolver.prototype, functionsOf(dns.Resolver.prototype), network);
  replace(childProcess, functionsOf(childProcess), 'starting programs');
  replace(worker, ['Worker'], 'a worker');
  replace(cluster, ['fork'], 'starting programs');
  replace(inspector, ['open', 'Session'], 'the inspector');
  replace(v8, ['setFlagsFromString', 'writeHeapSnapshot', 'startupSnapshot'], 'the engine');
  const ofProcess =
    'kill _kill exit reallyExit abort dlopen getBuiltinModule binding _linkedBinding execve loadEnvFile chdir _debugProcess _debugEnd setuid seteuid setgid setegid setgroups initgroups umask';
  for (const key of ofProcess.split(' ')) replace(process, [key], `process.${key}`);
  Object.defineProperty(process, 'report', { value: undefined });
  replace(globalThis, ['fetch', 'WebSocket', 'EventSource'], network);
  syncBuiltinESMExports();
}

const functionsOf = (object: object): string[] =>
  Object.getOwnPropertyNames(object).filter(
    (key) => key !== 'constructor' && typeof (object as Record<string, unknown>)[key] === 'function',
  );

function replace(object: object, keys: readonly string[], what: string): void {
  for (const key of keys) {
    if (!(key in object)) continue;
    const value = function refuse(): never {
      throw refusal(what);
    };
    Object.defineProperty(object, key, { value, writable: false, configurable: false });
  }
}
