import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { findChapters, notebooksFolder } from '../../src/workbook/chapters.js';
import { studentCopy } from '../../src/workbook/grading/student.js';
import { formatNotebook, readNotebook, typescriptMetadata } from '../../src/workbook/notebook.js';
import { unfoundNumbers } from './numbers.js';
import { formProblems } from './rules.js';

/** Chapters whose text has been brought to the form of `rules.ts` and `numbers.ts`, by number; their authors add them. */
const settled: readonly string[] = [
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '07',
  '08',
  '09',
  '10',
  '11',
  '12',
  '13',
  '14',
  '15',
];

for (const { name, path } of findChapters([])) {
  const notebook = readNotebook(path);
  const code = notebook.cells.filter(({ cell_type }) => cell_type === 'code');
  const prose = notebook.cells.filter(({ cell_type }) => cell_type === 'markdown');

  describe(`${name}: form`, () => {
    it('opens with a title and a subtitle, and closes with the four headings of every chapter', () => {
      assert.match(notebook.cells[0]?.source ?? '', /^# .+\n\n> .+/);
      const headings = prose
        .flatMap(({ source }) => source.match(/^#+ .+$/gm) ?? [])
        .map((line) => line.replace(/^#+ /, ''));
      assert.deepEqual(headings.slice(-4), ['What we built', 'Exercises', 'Roads not taken', 'Next']);
    });

    it('has cells of at most 20 lines, as much prose as code, and Chinese beside its key terms', () => {
      for (const { source, metadata } of code) {
        if (!metadata.nbgrader) assert.ok(source.split('\n').length <= 20, `too long:\n${source}`);
      }
      const graded = code.filter(({ metadata }) => metadata.nbgrader);
      assert.ok(prose.length >= code.length - graded.length);
      assert.ok(
        (
          prose
            .map(({ source }) => source)
            .join('')
            .match(/\p{Script=Han}+/gu) ?? []
        ).length >= 3,
      );
    });

    it('is a TypeScript notebook with unique cell ids, no path of one machine, and no download', () => {
      assert.deepEqual(notebook.metadata.kernelspec, typescriptMetadata.kernelspec);
      assert.equal(new Set(notebook.cells.map(({ id }) => id)).size, notebook.cells.length);
      for (const { source } of code)
        assert.doesNotMatch(source, /\/(home|root|work|Users)\/|fetch\(|https?:(?!\/\/[\w.-]+\.example\b)/);
    });

    if (settled.includes(name.slice(0, 2))) {
      it('is settled: short lines and imports in their places, sources linked, questions not answered by titles', () =>
        assert.deepEqual(formProblems(notebook), []));
      it('is settled: each number of the prose stands in an output or in code, or has its source', () =>
        assert.deepEqual(unfoundNumbers(notebook), []));
    }

    it('has exercises in nbgrader schema 3, and a student copy without solution or hidden test', () => {
      const graded = code.flatMap(({ metadata }) => metadata.nbgrader ?? []);
      const ids = graded.map(({ grade_id }) => grade_id);
      assert.equal(new Set(ids).size, ids.length);
      for (const { schema_version, grade_id, grade, locked, solution, points } of graded) {
        assert.equal(schema_version, 3);
        assert.match(grade_id, /^[a-zA-Z0-9_-]+$/);
        assert.deepEqual([grade, locked, solution], grade ? [true, true, false] : [false, false, true]);
        if (grade) assert.ok(points! > 0);
      }
      const student = formatNotebook(studentCopy(notebook));
      assert.doesNotMatch(student, /(BEGIN|END) (SOLUTION|HIDDEN)/);
      assert.match(student, /throw new Error\(\\"not implemented\\"\)/);
    });
  });
}

describe('chapters: types', () => {
  it('the cells of each chapter pass the strict type check as one module', () => {
    const chapters = findChapters([]);
    const texts = new Map(
      chapters.map(({ name, path }) => [join(dirname(path), `${name}.ts`), moduleOf(path)]),
    );
    const { config } = ts.readConfigFile(join(notebooksFolder, '../tsconfig.json'), ts.sys.readFile);
    const { options: written } = ts.convertCompilerOptionsFromJson(config.compilerOptions, notebooksFolder);
    const rootDir = join(notebooksFolder, '..');
    const options: ts.CompilerOptions = { ...written, rootDir, noEmit: true, declaration: false };
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists } = host;
    host.readFile = (file) => texts.get(file) ?? readFile(file);
    host.fileExists = (file) => texts.has(file) || fileExists(file);
    const program = ts.createProgram([...texts.keys()], options, host);
    const problems = [...texts.keys()].flatMap((file) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(file)),
    );
    assert.equal(ts.formatDiagnostics(problems, { ...host, getNewLine: () => '\n' }), '');
  });
});

/** The code cells one after the other; an import that a later cell repeats is left out. */
function moduleOf(path: string): string {
  const seen = new Set<string>();
  const lines = readNotebook(path).cells.flatMap(({ cell_type, source }) =>
    cell_type === 'code' ? `${source}\n;`.split('\n') : [],
  );
  const unique = lines.filter((line) => !line.startsWith('import ') || (!seen.has(line) && seen.add(line)));
  return `${unique.join('\n')}\nexport {};\n`;
}
