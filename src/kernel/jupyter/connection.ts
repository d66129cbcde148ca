/**
 * The connection file: where Jupyter wants the kernel to listen, and the key that its messages are signed with. Who
 * can reach these sockets can run programs as this user, so only this machine's own addresses are accepted.
 */
import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { fileProblem } from '../../core/files.js';

const channels = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
/** The five sockets of a kernel. */
export type Channel = (typeof channels)[number];

/** What a connection file says. */
export interface Connection {
  /** A loopback address, as it stands in a ZeroMQ endpoint. */
  readonly ip: string;
  readonly ports: { readonly [channel in Channel]: number };
  /** Secret of the signatures; empty: messages are not signed. */
  readonly key: string;
}

/**
 * Reads a connection file.
 *
 * @throws {Error} If it cannot be read, or asks for what this kernel does not do: another transport than tcp, another
 * signature than hmac-sha256, an address that other machines can reach.
 *
 * @example
 * readConnection('/run/user/1000/jupyter/kernel-1.json').ip; // '127.0.0.1'
 */
export function readConnection(path: string): Connection {
  const refuse = (why: string): never => {
    throw new Error(`Cannot use the connection file ${path}: ${why}`);
  };
  const file = parse(path, refuse);
  const { transport = 'tcp', signature_scheme: scheme = 'hmac-sha256', ip, key = '' } = file;
  if (transport !== 'tcp') refuse(`expected the transport "tcp", got ${JSON.stringify(transport)}`);
  if (typeof key !== 'string') refuse(`expected a text as key, got ${typeof key}`);
  if (key !== '' && scheme !== 'hmac-sha256')
    refuse(`expected the signature scheme "hmac-sha256", got ${JSON.stringify(scheme)}`);
  const address = loopback(ip);
  if (!address) refuse(`expected a loopback address such as 127.0.0.1 as ip, got ${JSON.stringify(ip)}`);
  const ports = Object.fromEntries(
    channels.map((channel) => {
      const port = file[`${channel}_port`];
      if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535)
        refuse(`expected a port from 1 to 65535 as ${channel}_port, got ${JSON.stringify(port)}`);
      return [channel, port];
    }),
  ) as Connection['ports'];
  return { ip: address!, ports, key: key as string };
}

function parse(path: string, refuse: (why: string) => never): { readonly [name: string]: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    refuse(fileProblem(error).replace(/\s+/g, ' '));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(`expected a JSON object, got ${JSON.stringify(value)}`);
  return value as { readonly [name: string]: unknown };
}

/** The address for an endpoint, or `undefined` where others could reach it. */
function loopback(ip: unknown): string | undefined {
  if (ip === 'localhost') return '127.0.0.1';
  if (ip === '::1') return '[::1]';
  return typeof ip === 'string' && isIPv4(ip) && ip.startsWith('127.') ? ip : undefined;
}
