/** Cells that a person grades: nbgrader marks them both as solution and as graded. */
import type { Notebook } from '../notebook.js';

/** What a person gave for an answer. */
export interface Mark {
  /** None where there is only a comment so far, or the answer has changed since. */
  readonly points: number | undefined;
  readonly comment: string;
  /** The answer that was read. */
  readonly answer: string;
}

/** An answer that a person grades. */
export interface Written {
  readonly gradeId: string;
  readonly maxPoints: number;
  readonly answer: string;
  readonly mark?: Mark;
}

/** The answers of a submission that a person grades, none of them graded yet. */
export function writtenAnswers(source: Notebook, submission: Notebook | undefined): Written[] {
  return source.cells.flatMap(({ metadata: { nbgrader: mark }, id }): Written[] => {
    if (!mark?.grade || !mark.solution) return [];
    const found = submission?.cells.findLast(
      ({ metadata, id: other }) => metadata.nbgrader?.grade_id === mark.grade_id || other === id,
    );
    const answer = found?.source.trim() ?? '';
    return [{ gradeId: mark.grade_id, maxPoints: mark.points ?? 0, answer }];
  });
}
