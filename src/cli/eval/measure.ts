/** A model's loss on texts and its choices in HellaSwag, with progress on the terminal. */
import { progressLine, progressOf } from '../../core/progress.js';
import { bitsPerByte } from '../../evaluate/bits.js';
import { documentLosses } from '../../evaluate/documentLosses.js';
import {
  type ChoiceAccuracy,
  type ChoiceScore,
  choiceAccuracy,
  multipleChoice,
} from '../../evaluate/multipleChoice.js';
import type { NamedModel } from '../modelNamed.js';
import { itemsOf, type Sources, textsOf } from './sources.js';

/** The loss on the texts of a file. */
export interface TextsReport {
  readonly file: string;
  readonly texts: number;
  readonly tokens: number;
  readonly bytes: number;
  readonly natsPerToken: number;
  readonly bitsPerByte: number;
}

/** The accuracy on the items of a file. */
export interface ItemsReport extends ChoiceAccuracy {
  readonly file: string;
}

export async function measureTexts(
  { params, tokenizer, startIds }: NamedModel,
  sources: Sources,
  stride: number | undefined,
): Promise<TextsReport[]> {
  const reports: TextsReport[] = [];
  for (const file of sources.data) {
    const [start, sum] = [performance.now(), { texts: 0, tokens: 0, bytes: 0, nats: 0 }];
    const options = { ...(startIds.length > 0 && { startIds }), ...(stride !== undefined && { stride }) };
    for await (const loss of documentLosses(params, tokenizer, textsOf(file, sources), options)) {
      sum.texts++;
      sum.tokens += loss.tokens;
      sum.bytes += loss.bytes;
      sum.nats += loss.nats;
      const progress = progressOf(sum.tokens, undefined, (performance.now() - start) / 1000);
      sources.status.update(`${file}: ${progressLine(progress, 'tokens')}`);
    }
    const { nats, ...counts } = sum;
    if (counts.tokens === 0) throw new Error(`Cannot measure ${file}: it holds no text`);
    const means = { natsPerToken: nats / counts.tokens, bitsPerByte: bitsPerByte(nats, counts.bytes) };
    reports.push({ file, ...counts, ...means });
  }
  return reports;
}

export async function measureItems(
  { params, tokenizer, startIds }: NamedModel,
  sources: Sources,
): Promise<ItemsReport | undefined> {
  const { hellaswag: file, limit, status } = sources;
  if (file === undefined) return undefined;
  const start = performance.now();
  const scores: ChoiceScore[] = [];
  for await (const score of multipleChoice(params, tokenizer, itemsOf(file, sources), { startIds })) {
    scores.push(score);
    const progress = progressOf(scores.length, limit, (performance.now() - start) / 1000);
    status.update(`${file}: ${progressLine(progress, 'items')}`);
  }
  if (scores.length === 0) throw new Error(`Cannot measure ${file}: it holds no item`);
  return { file, ...choiceAccuracy(scores) };
}
