/** What models have answered to the same prompts, as a file: a line of JSON a prompt. */
import { readFileSync } from 'node:fs';
import { cannotRead, writeFileAtomic } from '../../core/files.js';

/** A prompt, and what each model answered. */
export interface AnsweredPrompt {
  readonly prompt: string;
  /** By the name of the model. */
  readonly answers: { readonly [model: string]: string };
}

/** Writes answers: `{"prompt": "…", "answers": {"base": "…", "chat": "…"}}` on each line. */
export function writeAnswers(path: string, prompts: readonly AnsweredPrompt[]): void {
  writeFileAtomic(path, prompts.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

/**
 * Reads what `writeAnswers` wrote.
 *
 * @throws {Error} If the file cannot be read, a line is no such object, or a prompt lacks a model that another has.
 */
export function readAnswers(path: string): AnsweredPrompt[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw cannotRead(path, error);
  }
  const lines = [...text.split('\n').entries()].filter(([, line]) => line.trim() !== '');
  const prompts = lines.map(([nth, line]) => answeredPrompt(line, `${path}, line ${nth + 1}`));
  const models = namesIn(prompts[0]);
  if (models.length < 2)
    throw new Error(`Cannot read ${path}: expected answers of two models or more, got ${models.length}`);
  const odd = prompts.findIndex((one) => namesIn(one).join('\n') !== models.join('\n'));
  if (odd !== -1)
    throw new Error(
      `Cannot read ${path}, line ${lines[odd]![0] + 1}: expected answers of ${models.join(', ')}, got ${namesIn(prompts[odd]).join(', ')}`,
    );
  return prompts;
}

const namesIn = (prompt: AnsweredPrompt | undefined): string[] => Object.keys(prompt?.answers ?? {}).sort();

function answeredPrompt(line: string, where: string): AnsweredPrompt {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`Cannot read ${where}: it is not JSON`);
  }
  const { prompt, answers } = (value ?? {}) as { readonly [key: string]: unknown };
  const isWhole =
    typeof prompt === 'string' &&
    typeof answers === 'object' &&
    answers !== null &&
    Object.values(answers).every((text) => typeof text === 'string');
  if (!isWhole) throw new Error(`Cannot read ${where}: expected a prompt and answers, by model, as texts`);
  return { prompt, answers: answers as AnsweredPrompt['answers'] };
}
