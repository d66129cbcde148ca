/** Answers of models, one model after the other, written as a file. */
import { readFileSync } from 'node:fs';
import { selectBackend } from '../../backend/select.js';
import { renderChat } from '../../chat/render.js';
import { cannotRead } from '../../core/files.js';
import { createRandom, type Random } from '../../core/random.js';
import type { Size } from '../../core/size.js';
import { templateChats } from '../../data/samples/templateChats.js';
import { generateBatch } from '../../model/generate.js';
import { disposeParams } from '../../model/params.js';
import { writeAnswers } from '../../serve/arena/answersFile.js';
import type { ServedModel } from '../../serve/servedModel.js';
import { modelToServe } from '../serving/modelToServe.js';

/** What is asked, and how answers are drawn. */
export interface ModelAnswersOptions {
  /** A file with a prompt on each line. */
  readonly prompts: string | undefined;
  readonly count: number;
  readonly tokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly size: Size;
}

/**
 * Lets models answer, and writes what they say.
 *
 * @throws {Error} If there is no such model or no prompt, or two models have one name.
 */
export async function writeModelAnswers(
  to: string,
  names: readonly string[],
  options: ModelAnswersOptions,
): Promise<void> {
  const asked = promptsOf(options);
  await selectBackend();
  const answers = new Map<string, readonly string[]>();
  for (const named of names) {
    const model = await modelToServe(named, { size: options.size, packed: false });
    try {
      if (answers.has(model.name))
        throw new Error(`Cannot hold an arena: expected models of different names, got ${model.name} twice`);
      process.stderr.write(`${model.name} answers ${asked.length} prompts\n`);
      const random = createRandom(options.seed).fork(`answers of ${model.name}`);
      answers.set(model.name, answersOf(model, asked, random, options));
    } finally {
      disposeParams(model.params);
    }
  }
  writeAnswers(
    to,
    asked.map((prompt, nth) => ({
      prompt,
      answers: Object.fromEntries([...answers].map(([name, texts]) => [name, texts[nth]!])),
    })),
  );
}

function promptsOf({ prompts, count, seed }: ModelAnswersOptions): string[] {
  if (prompts === undefined) {
    const chats = templateChats({ count: 4 * count }, createRandom(seed).fork('prompts'));
    const questions = chats.map(({ messages }) => messages.find(({ role }) => role === 'user')!.content);
    return [...new Set(questions.filter((one) => typeof one === 'string'))].slice(0, count);
  }
  let text: string;
  try {
    text = readFileSync(prompts, 'utf8');
  } catch (error) {
    throw cannotRead(prompts, error);
  }
  const lines = [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean).slice(0, count);
  if (lines.length === 0)
    throw new Error(`Cannot ask: expected a prompt on each line of ${prompts}, got none`);
  return lines;
}

/** A model with a template is asked in a chat; another one goes on with the prompt. */
function answersOf(
  { params, tokenizer, template, startIds, stopIds }: ServedModel,
  asked: readonly string[],
  random: Random,
  { tokens: maxTokens, temperature }: ModelAnswersOptions,
): string[] {
  const ends = template ? [...stopIds, tokenizer.specialTokens.get(template.endOfTurn)!] : stopIds;
  const stop = [...new Set(ends)].map((id) => [id]);
  const prompts = asked.map((content) =>
    template
      ? renderChat([{ role: 'user', content }], { template, tokenizer, reply: true }).ids
      : [...startIds, ...tokenizer.encode(content)],
  );
  return generateBatch(params, prompts, { maxTokens, temperature, random, stop }).map(({ ids, stopped }) =>
    tokenizer.decode(stopped ? ids.slice(0, -1) : ids).trim(),
  );
}
