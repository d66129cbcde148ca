/** Wrong answers to a chapter's exercises, as cells: the mistakes that `check` knows, in the place of the solution. */
import assert from 'node:assert/strict';
import { exercises } from '../../src/exercises/check.js';

const checkUrl = new URL('../../dist/exercises/check.js', import.meta.url).href;

/** A cell that the wrong answers need before them. */
export const mistakesCell = `import { exercises as $exercises } from ${JSON.stringify(checkUrl)};`;

const solution = /\/\/ BEGIN SOLUTION[\s\S]*\/\/ END SOLUTION/;

/**
 * Every wrong answer to an exercise.
 *
 * @param gradeId Its cell's: `ex-02-1`.
 * @param source Its cell, which declares a function.
 */
export function wrongAnswers(
  gradeId: string,
  source: string,
): { readonly why: string; readonly source: string }[] {
  const id = gradeId.replace(/^ex-(\d+)-(\d+)$/, '$1.$2');
  const { name, mistakes } = exercises.find((exercise) => exercise.id === id)!;
  assert.match(source, new RegExp(`^function ${name}\\(`, 'm'));
  return mistakes.map(({ hint }, nth) => ({
    why: hint ?? `mistake ${nth + 1}`,
    source: source.replace(
      solution,
      `return $exercises.find(({ id }) => id === '${id}')!.mistakes[${nth}]!.answer(...arguments) as never;`,
    ),
  }));
}
