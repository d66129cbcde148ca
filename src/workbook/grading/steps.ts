/**
 * What runs where: the source's cells in the tests' process, with stand-ins for the names that its solution cells
 * declare; the submission's cells in its own, locked ones restored and tests left out.
 */
import ts = require('typescript'); // thrice as fast as `import`, which first searches its 9 MB for exports

import { messageOf } from '../../core/errors.js';
import { scriptCell } from '../../kernel/scriptCells.js';
import { type Cell, hasTag, isRun, type Notebook } from '../notebook.js';
import { studentSource } from './student.js';

/**
 * One step of a grading. `source` and `test` are cells of the source, run in the tests' process; `bind` stands there
 * for a solution cell; `student` is a cell of the submission, run in its own process.
 */
export interface Step {
  readonly kind: 'source' | 'bind' | 'test' | 'student';
  readonly code: string;
  /** Empty where the cell has none. */
  readonly gradeId: string;
  /** The source's cell; the submission's for `student`. */
  readonly cell: Cell;
  /** What a student should hear who passes, too. */
  readonly note?: string;
}

/** Values of a notebook's parameters by name. */
export interface Parameters {
  readonly [name: string]: string | number | boolean;
}

/** Characters of a submission's cell at most. */
const longestCell = 200_000;

const testerUrl = new URL('../../sandbox/tester.js', import.meta.url).href;

/** The name under which the grader's own cells reach `tester.ts`. */
export const tester = '$$tester';

/**
 * Plans the grading of a submission, step by step: before a solution or test cell of the source come the submission's
 * cells up to the one of the same `grade_id`. Names are bound once more before a test if cells of the student's own came
 * since: run from top to bottom, an answer below the stub counts.
 *
 * @param values What the parameters are set to, behind the cell tagged `parameters`; those that it does not declare are
 * left out.
 */
export function planGrading(source: Notebook, submission: Notebook, values: Parameters = {}): Step[] {
  const originals = source.cells.filter(isRun);
  const parameterCell = originals.find(hasParameters);
  const parameters = parameterCell ? settingOf(parameterCell, values) : '';
  const student = submission.cells.filter(isRun).flatMap((cell): Step[] => {
    const step = studentStep(cell, originals);
    const given = parameterCell && (hasParameters(cell) || cell.id === parameterCell.id);
    return given ? [step, { ...step, code: parameters, gradeId: '' }] : [step];
  });
  const steps: Step[] = [];
  let binds: Step[] = []; // since the last test
  let own: Step[] = []; // cells of the student's own since then
  for (const cell of originals) {
    const step = sourceStep(cell);
    const to = step.gradeId ? student.findLastIndex(({ gradeId }) => gradeId === step.gradeId) : -1;
    const passed = student.splice(0, to + 1).filter(({ kind }) => kind === 'student');
    steps.push(...passed);
    if (binds.length > 0) own.push(...passed.filter(({ gradeId }) => gradeId === ''));
    if (step.kind === 'test') {
      if (own.length > 0) steps.push(...binds.map((bind) => boundAgain(bind, own)));
      binds = own = [];
    }
    if (step.kind === 'bind') binds = [...binds, step];
    steps.push(step);
    if (cell === parameterCell) steps.push({ ...step, code: parameters });
  }
  return steps;
}

/** The binding of an exercise once more; a note says so if a cell of the student's own seems to hold the answer. */
function boundAgain(bind: Step, own: readonly Step[]): Step {
  const names = declaredNames(bind.cell.source).map((name) => name.replaceAll('$', '\\$'));
  if (names.length === 0) return bind;
  const name = `(?:${names.join('|')})`;
  const declares = new RegExp(`\\b(?:function\\*?|class|const|let|var) +${name}\\b|^${name} *=[^=]`, 'm');
  if (!own.some(({ code }) => declares.test(code))) return bind;
  return {
    ...bind,
    note: 'the answer was taken from a cell of your own, below the one that is meant for it',
  };
}

function settingOf(cell: Cell, values: Parameters): string {
  const declared = new Set(namesOf(cell.source));
  const known = Object.entries(values).filter(([name]) => declared.has(name));
  return known.map(([name, value]) => `${name} = ${JSON.stringify(value)};`).join('\n');
}

const hasParameters = (cell: Cell): boolean => hasTag(cell, 'parameters');

const gradeIdOf = ({ metadata }: Cell): string => metadata.nbgrader?.grade_id ?? '';

function sourceStep(cell: Cell): Step {
  const { grade = false, solution = false } = cell.metadata.nbgrader ?? {};
  const gradeId = gradeIdOf(cell);
  if (grade && !solution) return { kind: 'test', code: cell.source, gradeId, cell };
  if (solution) return { kind: 'bind', code: binding(cell.source), gradeId, cell };
  return { kind: 'source', code: cell.source, gradeId, cell };
}

/** A cell of the submission; of kind `test`, which marks a place, where the cell is not to run. */
function studentStep(cell: Cell, originals: readonly Cell[]): Step {
  const id = gradeIdOf(cell);
  const original =
    originals.find((other) => id !== '' && gradeIdOf(other) === id) ??
    originals.find((other) => other.metadata.nbgrader && other.id === cell.id);
  const { grade = false, solution = false, locked = false } = (original ?? cell).metadata.nbgrader ?? {};
  const step = { kind: 'student', cell, gradeId: original ? gradeIdOf(original) : '' } as const;
  if (grade && !solution) return { ...step, kind: 'test', code: '' };
  if (original && locked && !solution) return { ...step, code: studentSource(original.source, id) };
  if (cell.source.length <= longestCell) return { ...step, code: cell.source };
  const problem = `a cell of ${cell.source.length} characters, at most ${longestCell} are allowed`;
  return { ...step, code: `throw new Error(${JSON.stringify(problem)})` };
}

/**
 * What stands in for a solution cell: its imports, which the tests may use and must not get from a submission, and
 * each name that it declares or sets, with the submission's value.
 */
function binding(solution: string): string {
  const own = declaredNames(solution).map(
    (name) => `let ${name} = ${tester}.student(${JSON.stringify(name)});`,
  );
  return [...importsOf(parsed(solution)), ...own].join('\n');
}

/** Names of the members that the source's cells, its tests left out, give to their objects and classes. */
export function memberNames(steps: readonly Step[]): string[] {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isMember = ts.isClassElement(node) || ts.isObjectLiteralElementLike(node);
    if (isMember && node.name && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name)))
      names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const { kind, cell } of steps) if (kind === 'source' || kind === 'bind') visit(parsed(cell.source));
  return [...names];
}

const parsed = (source: string): ts.SourceFile =>
  ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, false);

const importsOf = (file: ts.SourceFile): string[] =>
  file.statements.filter(ts.isImportDeclaration).map((statement) => statement.getText(file));

/** The names that a solution cell declares or sets, but for those that it imports. */
function declaredNames(solution: string): string[] {
  const file = parsed(solution);
  const imported = new Set(namesOf(importsOf(file).join('\n')));
  const set = file.statements.flatMap((statement) =>
    ts.isExpressionStatement(statement) &&
    ts.isBinaryExpression(statement.expression) &&
    statement.expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(statement.expression.left)
      ? [statement.expression.left.text]
      : [],
  );
  return [...new Set([...namesOf(solution), ...set])].filter((name) => !imported.has(name));
}

function namesOf(source: string): readonly string[] {
  try {
    return scriptCell(source).names;
  } catch (error) {
    throw new SyntaxError(`Cannot grade with this source: ${messageOf(error)} in a solution cell`);
  }
}

/** The first cell of the tests' process. */
export const prelude = `import * as ${tester} from ${JSON.stringify(testerUrl)};`;
