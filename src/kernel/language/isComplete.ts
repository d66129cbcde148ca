/**
 * Whether a cell can run as it is, or its writer goes on in the next line. It is asked at every line that is typed at a
 * terminal, which waits for a second and no longer: so it needs no thread.
 */
import ts = require('typescript'); // thrice as fast as `import`, which first searches its 9 MB for exports

/** `indent` is what the next line of an incomplete cell may begin with. */
export type Completeness =
  | { readonly status: 'complete' }
  | { readonly status: 'incomplete'; readonly indent: string }
  | { readonly status: 'invalid' };

/**
 * Judges a cell's syntax. JSX counts as syntax, types are not looked at.
 *
 * @example
 * isComplete('function f() {') // { status: 'incomplete', indent: '  ' }
 */
export function isComplete(code: string): Completeness {
  const status = statusOf(code, 'cell.mts');
  const withJsx = status === 'invalid' && code.includes('<') ? statusOf(code, 'cell.tsx') : 'invalid';
  const better = withJsx === 'invalid' ? status : withJsx;
  return better === 'incomplete' ? { status: better, indent: indentAfter(code) } : { status: better };
}

const unterminatedString = 1002;
const unterminatedRegularExpression = 1161;
const openTags = [17008, 17014]; // reported where the tag opens

function statusOf(code: string, fileName: string): Completeness['status'] {
  const errors = syntaxErrors(code, fileName);
  if (errors.length === 0) return breaksOffAfterHead(code) ? 'incomplete' : 'complete';
  if (errors.some((error) => error.code === unterminatedString))
    return /\\\r?\n?$/.test(code) ? 'incomplete' : 'invalid'; // a string goes on only behind a backslash
  const end = code.trimEnd().length;
  const atEnd = ({ start = 0, code }: ts.Diagnostic) =>
    openTags.includes(code) || (start >= end && code !== unterminatedRegularExpression);
  return errors.every(atEnd) ? 'incomplete' : 'invalid';
}

function syntaxErrors(code: string, fileName: string): readonly ts.Diagnostic[] {
  const compilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    jsx: ts.JsxEmit.Preserve,
    moduleDetection: ts.ModuleDetectionKind.Force, // `await` is a keyword
    experimentalDecorators: true,
  };
  return ts.transpileModule(code, { fileName, compilerOptions, reportDiagnostics: true }).diagnostics ?? [];
}

/** `function f()` parses, as the head of an overload, but nobody means that. */
function breaksOffAfterHead(code: string): boolean {
  const last = ts.createSourceFile('cell.mts', code, ts.ScriptTarget.Latest).statements.at(-1);
  if (!last || !ts.isFunctionDeclaration(last) || last.body) return false;
  const isDeclared = last.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword);
  return !isDeclared && !code.trimEnd().endsWith(';');
}

/** The last line's own indentation, and two more blanks behind what opens something. */
function indentAfter(code: string): string {
  const line = code.trimEnd().split('\n').at(-1) ?? '';
  const own = /^\s*/.exec(line)?.[0] ?? '';
  return /([{([]|=>)\s*$/.test(line) ? `${own}  ` : own;
}
