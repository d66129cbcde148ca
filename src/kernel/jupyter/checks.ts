/**
 * Type errors of a cell. They are news, not failures: the check runs beside the cell and its findings are shown in
 * it. Where a cell or the environment asks for it, a cell with type errors does not run.
 */
import type { MimeBundle } from '../../core/display.js';
import { messageOf } from '../../core/errors.js';
import { escapeHtml } from '../../core/html.js';
import type { Problem } from '../language/index.js';
import type { EngineOutput } from '../output.js';
import type { ExecuteRequest } from './executeRequest.js';
import type { ErrorContent } from './outputs.js';
import type { Session } from './session.js';

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

/**
 * Checks a cell: where type errors keep it from running, waits for them; otherwise shows them when they are known.
 *
 * @returns The error for which the cell does not run.
 */
export async function findTypeErrors(
  { language, env, log }: Session,
  { code, silent }: ExecuteRequest,
  show: (output: EngineOutput) => void,
): Promise<ErrorContent | undefined> {
  const mode = silent ? 'off' : checkMode(code, env);
  if (mode === 'off') return undefined;
  const check = language.check(code);
  if (mode === 'warn') {
    check.then(
      (problems) => {
        const news = problems.filter(({ code }) => code >= 2000); // below are errors of syntax: the cell itself fails
        if (news.length > 0) show({ type: 'display', data: problemsBundle(news) });
      },
      (error) => log(`The types of a cell could not be checked: ${messageOf(error)}`),
    );
    return undefined;
  }
  const problems = await check;
  if (problems.length === 0) return undefined;
  const traceback = problems.flatMap((problem) => [problemText(problem), ...excerpt(problem, code)]);
  return { ename: 'TypeCheck', evalue: problems.map(problemText).join('\n'), traceback };
}

/** The line of a problem, with its place marked. */
function excerpt({ line, column }: Problem, code: string): string[] {
  const text = code.split('\n')[line - 1];
  return text === undefined ? [] : [`  ${text}`, `  ${' '.repeat(Math.max(0, column - 1))}^`];
}

/** `TS2322, line 3, column 5: Type 'string' is not assignable to type 'number'.` */
const problemText = ({ code, line, column, message }: Problem): string =>
  `TS${code}, line ${line}, column ${column}: ${message}`;

/** Type errors as a display. */
function problemsBundle(problems: readonly Problem[]): MimeBundle {
  const items = problems.map((problem) => `<div>${escapeHtml(problemText(problem))}</div>`);
  return {
    'text/plain': problems.map(problemText).join('\n'),
    'text/html': `<div style="color: #b45309">${items.join('')}</div>`,
  };
}
