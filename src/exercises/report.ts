/** What `check` answers: plain data that notebooks show as a few lines, and a terminal as text. */
import { inspect } from 'node:util';
import { displaySymbol } from '../core/display.js';
import { escapeHtml } from '../core/html.js';

/** How an answer to an exercise did. */
export interface CheckReport extends CheckResult {
  readonly [displaySymbol]: () => { readonly 'text/html': string; readonly 'text/plain': string };
  readonly [inspect.custom]: () => string;
}

/** The data of a report. */
export interface CheckResult {
  readonly id: string;
  readonly status: 'unwritten' | 'wrong' | 'right';
  /** Inputs with the expected value. */
  readonly passed: number;
  /** Inputs in all. */
  readonly cases: number;
  /** The smallest input that fails. */
  readonly failure?: CheckFailure;
}

/** An input that fails, as text. */
export interface CheckFailure {
  readonly input: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

/** Makes a report of a result. */
export function reportOf(result: CheckResult): CheckReport {
  return {
    ...result,
    [displaySymbol]: () => ({ 'text/html': reportHtml(result), 'text/plain': reportText(result) }),
    [inspect.custom]: () => reportText(result),
  };
}

const marks = { unwritten: '·', wrong: '✗', right: '✓' } as const;
const colours = { unwritten: '#777', wrong: '#c62828', right: '#2e7d32' } as const;

function headline({ status, passed, cases, failure }: CheckResult): string {
  if (status === 'right') return `right: all ${cases} cases`;
  if (status === 'unwritten') return 'not written yet: your code goes where the stub throws its error';
  const smallest = failure ? '; the smallest that fails:' : '';
  return `wrong: ${passed} of ${cases} cases are right${smallest}`;
}

const rowsOf = ({ failure }: CheckResult): [string, string][] =>
  failure ? (['input', 'expected', 'got', 'hint'] as const).map((row) => [row, failure[row]]) : [];

function reportText(result: CheckResult): string {
  const rows = rowsOf(result).map(
    ([name, text]) => `  ${name.padEnd(8)}  ${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`,
  );
  return [`${marks[result.status]} ${result.id} ${headline(result)}`, ...rows].join('\n');
}

function reportHtml(result: CheckResult): string {
  const colour = colours[result.status];
  const rows = rowsOf(result).map(([name, text]) => {
    const value =
      name === 'hint'
        ? escapeHtml(text)
        : `<code style="white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(text)}</code>`;
    return `<tr><th style="text-align:left;vertical-align:top">${name}</th><td style="text-align:left">${value}</td></tr>`;
  });
  const table = rows.length > 0 ? `<table>${rows.join('')}</table>` : '';
  return `<div><strong style="color:${colour}">${marks[result.status]} ${escapeHtml(result.id)}</strong> ${escapeHtml(headline(result))}${table}</div>`;
}
