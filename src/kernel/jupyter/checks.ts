/**
 * Type errors of a cell. They are news, not failures: the check runs beside the cell and its findings are shown in
 * it. Where a cell or the environment asks for it, a cell with type errors does not run.
 */
import { escapeHtml } from '../../core/html.js';
import type { MimeBundle } from '../format.js';
import type { Diagnostic } from '../language/index.js';

/** What a type error does: nothing, a note in the cell, or keeping the cell from running. */
export type CheckMode = 'off' | 'warn' | 'error';

/**
 * What type errors do in a cell: its first line decides (`// @check`, `// @nocheck`), then the environment variable
 * WORKBOOK_CHECK (`error`, `off`); otherwise they are shown.
 *
 * @example
 * checkMode('// @check\nconst n: number = 1;', {}); // 'error'
 */
export function checkMode(code: string, { WORKBOOK_CHECK: setting }: NodeJS.ProcessEnv): CheckMode {
  const directive = /^\s*\/\/[ \t]*@((?:no)?check)[ \t]*(?:\r?\n|$)/.exec(code)?.[1];
  if (directive) return directive === 'check' ? 'error' : 'off';
  return setting === 'off' || setting === 'error' ? setting : 'warn';
}

/** `TS2322, line 3, column 5: Type 'string' is not assignable to type 'number'.` */
export const problemText = ({ code, line, column, message }: Diagnostic): string =>
  `TS${code}, line ${line}, column ${column}: ${message}`;

/** Type errors as a display. */
export function problemsBundle(problems: readonly Diagnostic[]): MimeBundle {
  const items = problems.map((problem) => `<div>${escapeHtml(problemText(problem))}</div>`);
  return {
    'text/plain': problems.map(problemText).join('\n'),
    'text/html': `<div style="color: #b45309">${items.join('')}</div>`,
  };
}
