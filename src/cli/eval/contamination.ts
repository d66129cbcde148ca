/** How much of the texts and items stands in training files. */
import { contamination } from '../../evaluate/contamination.js';
import { itemsOf, type Sources, textsOf } from './sources.js';

/** What was found of one file. */
export interface ContaminationReport {
  readonly file: string;
  readonly unit: 'words' | 'characters';
  readonly n: number;
  readonly texts: number;
  /** Texts of which at least one run was found. */
  readonly touched: number;
  readonly runs: number;
  readonly found: number;
  readonly share: number;
  readonly covered: number;
}

/** Looks for rows of 13 words and rows of 50 characters; of an item its context with the right ending. */
export async function contaminationOf(
  train: readonly string[],
  sources: Sources,
): Promise<ContaminationReport[]> {
  const { data, hellaswag } = sources;
  const files = data.map((file) => ({ file, texts: textsOf(file, sources) }));
  if (hellaswag !== undefined) files.push({ file: hellaswag, texts: itemTexts(hellaswag, sources) });
  const reports: ContaminationReport[] = [];
  for (const { file, texts } of files) {
    const test: string[] = [];
    for await (const text of texts) test.push(text);
    for (const [unit, n] of [
      ['words', 13],
      ['characters', 50],
    ] as const) {
      const { texts: each, ...all } = await contamination(trainingTexts(train, sources, file), test, {
        unit,
        n,
      });
      const touched = each.filter(({ found }) => found > 0).length;
      reports.push({ file, unit, n, texts: each.length, touched, ...all });
    }
  }
  return reports;
}

async function* itemTexts(file: string, sources: Sources): AsyncGenerator<string> {
  for await (const { context, endings, answer } of itemsOf(file, sources)) yield context + endings[answer];
}

async function* trainingTexts(
  train: readonly string[],
  { status }: Sources,
  test: string,
): AsyncGenerator<string> {
  let characters = 0;
  for (const file of train) {
    for await (const text of textsOf(file, { limit: undefined, status })) {
      yield text;
      characters += text.length;
      status.update(`${test}: looked for in ${(characters / 1e6).toFixed(1)} million characters`);
    }
  }
}
