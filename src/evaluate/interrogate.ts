/**
 * Interrogation, as Llama 3's makers did it (Grattafiori et al. 2024, 4.3.6): a model is asked the same question again and
 * again, at a temperature. What it knows it says again; where it makes something up, the answers differ.
 */
import { type GenerateOptions, generateBatch } from '../model/generate.js';
import type { GptParams } from '../model/params.js';
import type { Problem, Task } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** How the model is asked. */
export interface InterrogateOptions
  extends Pick<GenerateOptions, 'random' | 'maxTokens' | 'temperature' | 'topK' | 'topP'> {
  readonly tokenizer: Tokenizer;
  /** Ends an answer. */
  readonly stopId: number;
  /** Answers to each question; default 8. */
  readonly samples?: number;
  /** How good an answer is, from 0 to 1; default 1 where it is the problem's, word for word, and 0 elsewhere. */
  readonly reward?: Task['reward'];
}

/** What came of one question. */
export interface Interrogated {
  readonly problem: Problem;
  readonly answers: readonly string[];
  /** The mean reward. */
  readonly correct: number;
  /** The answer that came most often; of several the first. */
  readonly usual: string;
  /** The share of answers that are the usual one: what can be measured without knowing what is right. */
  readonly agreement: number;
}

/**
 * Asks every question several times.
 *
 * @throws {RangeError} If `samples` is no whole number above 0, or as `generateBatch`.
 *
 * @example
 * const problems = [{ prompt: 'the ', answer: 'sea' }];
 * const options = { tokenizer, stopId: 256, maxTokens: 3, samples: 4, random: createRandom(1) };
 * interrogate(params, problems, options)[0].answers.length // 4
 */
export function interrogate(
  params: GptParams,
  problems: readonly Problem[],
  options: InterrogateOptions,
): Interrogated[] {
  const { tokenizer, stopId, samples = 8, reward = isSame, ...drawing } = options;
  if (!(Number.isInteger(samples) && samples >= 1))
    throw new RangeError(`Cannot interrogate: expected samples to be a whole number above 0, got ${samples}`);
  const prompts = problems.flatMap(({ prompt }) => {
    const ids = tokenizer.encode(prompt);
    return Array.from({ length: samples }, () => ids);
  });
  const texts = generateBatch(params, prompts, { ...drawing, stopId }).map(({ ids, stopped }) =>
    tokenizer.decode(stopped ? ids.slice(0, -1) : ids),
  );
  return problems.map((problem, nth) => {
    const answers = texts.slice(nth * samples, (nth + 1) * samples);
    const correct = answers.reduce((sum, answer) => sum + reward(problem, answer), 0) / samples;
    return { problem, answers, correct, ...usualOf(answers) };
  });
}

const isSame: Task['reward'] = ({ answer }, completion) => Number(completion === answer);

function usualOf(answers: readonly string[]): Pick<Interrogated, 'usual' | 'agreement'> {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const [usual, count] = [...counts].reduce((most, next) => (next[1] > most[1] ? next : most));
  return { usual, agreement: count / answers.length };
}
