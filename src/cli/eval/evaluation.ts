/** All that is measured of a model and its texts, with progress on the terminal. */
import { selectBackend } from '../../backend/select.js';
import { disposeParams } from '../../model/params.js';
import { modelNamed } from '../modelNamed.js';
import { statusLine } from '../status.js';
import { contaminationOf } from './contamination.js';
import { measureItems, measureTexts } from './measure.js';
import type { ModelReport, Report } from './report.js';
import type { Sources } from './sources.js';

/** What is measured, as the command line says it. */
interface EvaluationOptions extends Omit<Sources, 'status'> {
  readonly model: string | undefined;
  /** Files of training text, in which texts and items are looked for. */
  readonly train: readonly string[];
  readonly stride: number | undefined;
}

/** Measures the model, where one is named, and contamination, where training text is. */
export async function evaluation({ model, train, stride, ...files }: EvaluationOptions): Promise<Report> {
  const status = statusLine();
  const sources: Sources = { ...files, status };
  try {
    const contamination = train.length > 0 ? await contaminationOf(train, sources) : undefined;
    const measured = model === undefined ? undefined : await measure(model, sources, stride);
    return { ...measured, ...(contamination && { contamination }) };
  } finally {
    status.close();
  }
}

async function measure(path: string, sources: Sources, stride: number | undefined): Promise<ModelReport> {
  const { name } = await selectBackend();
  const model = modelNamed(path);
  sources.status.print(`${path} on ${name}`);
  try {
    const texts = await measureTexts(model, sources, stride);
    const hellaSwag = await measureItems(model, sources);
    return { model: path, texts, ...(hellaSwag && { hellaSwag }) };
  } finally {
    disposeParams(model.params);
  }
}
