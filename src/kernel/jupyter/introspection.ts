/** Completion, inspection and completeness: Jupyter's questions about code, put to the language service. */
import type { Language } from '../language/index.js';
import { isComplete as completeness } from '../language/isComplete.js';
import { toCodePoints, toCodeUnits } from './codePoints.js';
import type { Json } from './wire.js';

/** The content of `complete_reply`. */
export async function complete(language: Language, request: Json): Promise<Json> {
  const { code, cursor } = place(request);
  const { matches, start, end, items } = await language.complete(code, cursor);
  const [cursor_start, cursor_end] = [toCodePoints(code, start), toCodePoints(code, end)];
  const types = items.map(({ text, type }) => ({ text, type, start: cursor_start, end: cursor_end }));
  return { matches, cursor_start, cursor_end, metadata: { _jupyter_types_experimental: types } };
}

/** The content of `inspect_reply`. */
export async function inspect(language: Language, request: Json): Promise<Json> {
  const { code, cursor } = place(request);
  const { found, data } = await language.inspect(code, cursor);
  return { found, data, metadata: {} };
}

/** The content of `is_complete_reply`. */
export function isComplete(request: Json): Json {
  return { ...completeness(codeOf(request)) };
}

/** The name in a cell that is only `?name`, `??name` or `name?`; `name??` may be the first half of an expression. */
export function askedName(code: string): string | undefined {
  const match =
    /^\s*(?:\?{1,2}\s*([\p{ID_Start}$_][\p{ID_Continue}$.]*)|([\p{ID_Start}$_][\p{ID_Continue}$.]*)\s*\?)\s*$/u.exec(
      code,
    );
  return match?.[1] ?? match?.[2];
}

/** The payload that opens the pager with what is known of a name. */
export async function page(language: Language, name: string): Promise<Json> {
  const { found, data } = await language.inspect(name, name.length);
  return { source: 'page', start: 0, data: found ? data : { 'text/plain': `Nothing is known of ${name}.` } };
}

function codeOf({ code }: Json): string {
  if (typeof code === 'string') return code;
  throw new TypeError(`expected a text as code, got ${typeof code}`);
}

function place(request: Json): { code: string; cursor: number } {
  const code = codeOf(request);
  const { cursor_pos: position } = request;
  return { code, cursor: typeof position === 'number' ? toCodeUnits(code, position) : code.length };
}
