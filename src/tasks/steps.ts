/**
 * Answers with steps: `2730+819>3549`. What stands before the mark is for the model's own use; what counts comes
 * after it.
 */

/** Stands between the steps and the answer. */
const answerMark = '>';

/**
 * Whether a completion ends in this answer, written as the task writes it. With steps it has to have exactly one
 * mark: two would be two answers to choose from, none would be steps without an end.
 */
export function answers(completion: string, answer: string, withSteps: boolean): boolean {
  if (!withSteps) return completion === answer;
  const parts = completion.split(answerMark);
  return parts.length === 2 && parts[1] === answer;
}

/** Steps and their answer as a demonstration has them; without steps the answer alone. */
export const demonstration = (steps: string | undefined, answer: string): string =>
  steps === undefined ? answer : `${steps}${answerMark}${answer}`;
