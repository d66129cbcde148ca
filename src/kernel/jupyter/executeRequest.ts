/** What an `execute_request` asks for, with the protocol's defaults. */
import type { Json } from './wire.js';

/** The content of an `execute_request`. */
export interface ExecuteRequest {
  readonly code: string;
  /** Nothing is published, counted or remembered. */
  readonly silent: boolean;
  /** The cell counts, and is remembered. */
  readonly storeHistory: boolean;
  /** Expressions to evaluate after the cell, by name. */
  readonly expressions: { readonly [name: string]: string };
  /** Somebody is there to answer questions. */
  readonly allowStdin: boolean;
  /** After an error the requests that are waiting are not run. */
  readonly stopOnError: boolean;
}

/**
 * Reads the content of an `execute_request`.
 *
 * @throws {TypeError} If its code, or an expression, is no text.
 *
 * @example
 * readExecuteRequest({ code: '1 + 1', silent: true }).storeHistory; // false
 */
export function readExecuteRequest(content: Json): ExecuteRequest {
  const flag = (name: string, otherwise: boolean) => {
    const value = content[name];
    return typeof value === 'boolean' ? value : otherwise;
  };
  const silent = flag('silent', false);
  const expressions = Object.entries(content.user_expressions ?? {});
  return {
    code: text(content.code, 'code'),
    silent,
    storeHistory: !silent && flag('store_history', true),
    expressions: Object.fromEntries(
      expressions.map(([name, value]) => [name, text(value, `expression ${name}`)]),
    ),
    allowStdin: flag('allow_stdin', true),
    stopOnError: flag('stop_on_error', true),
  };
}

function text(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`expected a text as ${what}, got ${typeof value}`);
}
