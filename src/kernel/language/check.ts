/** The type errors of a cell, less those that are none in a notebook. */
import type { CellModule, VisibleName } from './cells.js';
import type { NameKind } from './names.js';
import type { Session } from './session.js';
import { withoutOurNames } from './wording.js';

/** A type error; line and column count from 1, columns in UTF-16 units. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** TypeScript's number for it: 2322 stands for `TS2322`. */
  readonly code: number;
  /** One line. */
  readonly message: string;
  /** The whole in one line: `line 3, column 5: Type 'string' is not … (TS2322)`. */
  readonly text: string;
}

/** Checks a cell after those that ran. A cell that does not parse has the errors of its syntax alone. */
export const check = (session: Session, code: string): Problem[] => laterCheck(session, code)();

/** The check of a cell after those that ran, to be made when there is time: cells that run meanwhile change nothing in it. */
export function laterCheck({ ts, service, cells }: Session, code: string): () => Problem[] {
  const module = cells.open(code, 'mentioned');
  const visible = new Map(cells.visible);
  return () => {
    cells.reopen(module);
    return problemsOf({ ts, service, cells }, module, visible);
  };
}

function problemsOf(
  { ts, service, cells }: Omit<Session, 'folder'>,
  module: CellModule,
  visible: ReadonlyMap<string, VisibleName>,
): Problem[] {
  const syntax = service.getSyntacticDiagnostics(module.path);
  const found = syntax.length > 0 ? syntax : service.getSemanticDiagnostics(module.path);
  return found.flatMap((diagnostic): Problem[] => {
    const { start = 0, length = 0, code, category } = diagnostic;
    if (category !== ts.DiagnosticCategory.Error || start < module.prelude.length) return [];
    const name = module.text.slice(start, start + length);
    const message = withoutOurNames(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '), cells);
    const error = inNotebook(message, {
      code,
      name,
      earlier: visible.get(name),
    });
    return error ? [problem(module, start, error)] : [];
  });
}

interface Found {
  readonly message: string;
  readonly code: number;
}

const assignsToImport = 2632;
const evolvingTypes = [7005, 7034]; // `const losses = []` in one cell, its first element in the next
const endingsMissing = [2834, 2835]; // a file may be named without its ending: there is none
const onlyInFiles = [
  1543, // the engine loads JSON without `with { type: 'json' }`
  7059, // `<number>value` and
  7060, // `<T>(value: T) => value` mean the same in .ts files; that a cell is a .mts file is our own matter
];

/** What TypeScript says of an assignment to each kind of name: the names of earlier cells are imports only to us. */
const assignments: { readonly [kind in NameKind]?: readonly [code: number, why: string] } = {
  const: [2588, 'a constant'],
  enum: [2628, 'an enum'],
  class: [2629, 'a class'],
  function: [2630, 'a function'],
  namespace: [2631, 'a namespace'],
};

/** The error as it is in a notebook; `undefined` where it is none. */
function inNotebook(
  message: string,
  { code, name, earlier }: { code: number; name: string; earlier: VisibleName | undefined },
): Found | undefined {
  if (onlyInFiles.includes(code) || (earlier && evolvingTypes.includes(code))) return undefined;
  if (endingsMissing.includes(code))
    return { code: 2307, message: `Cannot find module ${name} or its corresponding type declarations.` };
  if (code !== assignsToImport || !earlier || earlier.kind === 'import') return { message, code };
  const [other, why] = assignments[earlier.kind] ?? [];
  return other === undefined
    ? undefined
    : { code: other, message: `Cannot assign to '${name}' because it is ${why}.` };
}

function problem({ text, prelude }: CellModule, start: number, { code, message }: Found): Problem {
  const before = text.slice(prelude.length, start).split(/\r\n|[\n\r\u2028\u2029]/);
  const line = before.length;
  const column = (before.at(-1) ?? '').length + 1;
  const plain = message.replace(/\s+/g, ' ');
  return { line, column, code, message: plain, text: `line ${line}, column ${column}: ${plain} (TS${code})` };
}
