/** Tools that a model calls in the middle of an answer. What they say, errors too, comes back to it as text. */
import { messageOf } from '../core/errors.js';
import type { SearchIndex } from '../data/searchIndex.js';
import { runUntrusted, type UntrustedOptions } from '../sandbox/runUntrusted.js';

/** What answers a call: text for text. It may throw or never answer; see `callTool`. */
export type Tool = (text: string) => string | Promise<string>;

/** Tools by their names: those of `template.calls`. */
export type Tools = { readonly [name: string]: Tool };

/** How long a tool may take, and how much it may say. */
export interface ToolLimits {
  /** Longest time to wait for an answer, in seconds; default 30. */
  readonly toolSeconds?: number;
  /** Longest answer in characters; the rest is cut. Default 2,000. */
  readonly resultLimit?: number;
}

/**
 * A tool that finds documents. It answers with their texts, the best first, or says that there is none.
 *
 * @param options.limit Documents at most; default 1.
 *
 * @example
 * const index = searchIndex([{ id: '0', text: 'Oslo is the capital of Norway.', metadata: {} }]);
 * await searchTool(index)('capital of Norway') // 'Oslo is the capital of Norway.'
 * await searchTool(index)('Mars') // 'nothing found'
 */
export function searchTool(index: SearchIndex, { limit = 1 }: { readonly limit?: number } = {}): Tool {
  return (query) => {
    const texts = index.search(query, { limit }).map(({ document }) => document.text);
    return texts.length > 0 ? texts.join('\n') : 'nothing found';
  };
}

/**
 * A tool that runs TypeScript where students' code runs: within limits, without files, programs or network. It answers
 * with what was printed, then the value of the last expression, then what went wrong.
 *
 * @param options As `runUntrusted`.
 *
 * @example
 * await codeTool()('47 * 83') // '3901'
 * await codeTool()('nothing.here') // 'ReferenceError: nothing is not defined'
 */
export function codeTool(options: UntrustedOptions = {}): Tool {
  return async (code) => {
    const { output, value, error, endedBy } = await runUntrusted(code, options);
    const shown =
      value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    const lines = [output.trimEnd(), shown, error ?? '', endedBy === undefined ? '' : `ended: ${endedBy}`];
    return lines.filter((line) => line !== '').join('\n') || 'done';
  };
}

/**
 * Asks a tool, and answers whatever it does: one that throws, is not there, or does not answer in time is answered for.
 * A tool that computes in this process without end cannot be stopped; untrusted code belongs into `codeTool`.
 */
export async function callTool(
  tools: Tools,
  { tool, text }: { readonly tool: string; readonly text: string },
  { toolSeconds = 30, resultLimit = 2000 }: ToolLimits,
): Promise<string> {
  const asked = Object.hasOwn(tools, tool) ? tools[tool] : undefined;
  if (!asked) return `error: there is no tool ${tool}`;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, toolSeconds * 1000, `error: ${tool} did not answer within ${toolSeconds} s`);
  });
  try {
    const answer = String(await Promise.race([(async () => asked(text))(), late]));
    return answer.length <= resultLimit ? answer : `${answer.slice(0, resultLimit)}…`;
  } catch (error) {
    return `error: ${messageOf(error)}`.slice(0, resultLimit);
  } finally {
    clearTimeout(timer);
  }
}
