/** A training run of the command line: files and settings in, a model in a folder out. */
import { join } from 'node:path';
import { selectBackend } from '../../backend/select.js';
import { createRandom, type Random } from '../../core/random.js';
import { evaluateLoss } from '../../evaluate/bits.js';
import type { GptConfig } from '../../model/config.js';
import { createParams, type GptParams } from '../../model/params.js';
import { saveTokenizer } from '../../tokenizer/files/bpeFile.js';
import { type BatchOptions, randomBatches, sequentialBatches } from '../../train/batches.js';
import type { BatchSource } from '../../train/batchSource.js';
import { epochBatches } from '../../train/epochBatches.js';
import type { RunReport } from '../../train/run/trainLog.js';
import { type TrainRunOptions, trainRun } from '../../train/run/trainRun.js';
import { cosineSchedule, linearSchedule, type Schedule, warmupStableDecay } from '../../train/schedule.js';
import { openShards, type TokenShards } from '../../train/shards/openShards.js';
import { tokenizerNamed } from '../tokenizerNamed.js';
import { rememberSettings, type Settings } from './settings.js';
import { shapeOf } from './shape.js';
import { tokenFiles } from './tokenFiles.js';

/** A run that is ready to begin or to go on. */
export interface Training {
  readonly config: GptConfig;
  /** Which backend computes, in a sentence. */
  readonly backend: string;
  /** Tokens to train on. */
  readonly tokens: number;
  /** Makes the steps that are left, until whoever reads breaks. */
  readonly reports: AsyncIterable<RunReport>;
}

/**
 * Opens the data and makes the model; the settings are remembered once a step is made with them.
 *
 * @param onProblem Told of what was damaged and is passed over.
 * @throws {Error} If a file is missing or damaged, or settings contradict each other.
 */
export async function prepareTraining(
  folder: string,
  settings: Settings,
  onProblem: (problem: string) => void,
): Promise<Training> {
  const files = tokenFiles(settings.data, settings.validation);
  const from = settings.tokenizer ?? files.tokenizer;
  const tokenizer = from === undefined ? undefined : tokenizerNamed(from);
  const config = shapeOf(settings.shape, tokenizer?.vocabSize);
  const shards = (paths: readonly string[]) =>
    openShards(paths, { vocabSize: config.vocabSize, headerless: settings.headerless });
  const training = shards(files.training);
  const validation = files.validation.length > 0 ? shards(files.validation) : undefined;
  const cut = { batchSize: settings.batch, length: config.blockSize, ...documentsOf(settings, tokenizer) };
  const random = createRandom(settings.seed);
  const batches = batchesOf(training, cut, settings, random.fork('batches'));
  const { reason } = await selectBackend();
  const params = createParams(config, random.fork('model'));
  const options: TrainRunOptions = {
    ...runOptions(settings),
    folder,
    onProblem,
    ...(validation && { validate: () => lossOn(params, validation, cut, settings) }),
  };
  const reports = afterTheFirst(trainRun(params, batches, options), () => {
    if (tokenizer) saveTokenizer(join(folder, 'tokenizer.json'), tokenizer);
    rememberSettings(folder, settings);
  });
  return { config, backend: reason, tokens: training.length, reports };
}

/** The same reports; once the first is there, so that nothing can be wrong any more, something else is done. */
async function* afterTheFirst(
  reports: AsyncIterable<RunReport>,
  remember: () => void,
): AsyncGenerator<RunReport> {
  let isFirst = true;
  for await (const report of reports) {
    if (isFirst) remember();
    isFirst = false;
    yield report;
  }
}

function documentsOf(
  { documents }: Settings,
  tokenizer: { readonly specialTokens: ReadonlyMap<string, number> } | undefined,
): Pick<BatchOptions, 'documents'> {
  if (!documents) return {};
  const separatorId = tokenizer?.specialTokens.get('<|endoftext|>');
  if (separatorId !== undefined) return { documents: { separatorId } };
  throw new Error('Cannot tell documents apart: it takes a --tokenizer that has <|endoftext|>');
}

function batchesOf(tokens: TokenShards, cut: BatchOptions, { order }: Settings, random: Random): BatchSource {
  if (order === 'random') return randomBatches(tokens, cut, random);
  if (order === 'passes') return epochBatches(tokens, cut, random);
  throw new Error(`Cannot use --order ${order}: expected random or passes`);
}

/** Nats per token on the same windows each time. */
function lossOn(params: GptParams, tokens: TokenShards, cut: BatchOptions, settings: Settings): number {
  const { batch, 'validation-windows': windows } = settings;
  const maxBatches = Math.max(1, Math.round(windows / batch));
  return evaluateLoss(params, sequentialBatches(tokens, { ...cut, maxBatches }));
}

function runOptions(settings: Settings): Omit<TrainRunOptions, 'folder'> {
  const onSpike = settings['on-spike'];
  if (onSpike !== 'skip' && onSpike !== 'stop' && onSpike !== 'ignore')
    throw new Error(`Cannot use --on-spike ${onSpike}: expected skip, stop or ignore`);
  return {
    steps: settings.steps,
    learningRate: scheduleOf(settings),
    weightDecay: settings['weight-decay'],
    accumulate: settings.accumulate,
    validateEvery: settings['validate-every'],
    checkpointEvery: settings['checkpoint-every'],
    keep: settings.keep,
    ...(onSpike === 'ignore' ? { spikes: false } : { onSpike }),
  };
}

function scheduleOf(settings: Settings): Schedule {
  const { steps, 'learning-rate': learningRate, 'warmup-steps': warmupSteps, schedule } = settings;
  const options = { steps, learningRate, warmupSteps, finalShare: settings['final-share'] };
  if (schedule === 'cosine') return cosineSchedule(options);
  if (schedule === 'linear') return linearSchedule(options);
  if (schedule === 'wsd') return warmupStableDecay(options);
  if (schedule === 'constant') return linearSchedule({ ...options, finalShare: 1 });
  throw new Error(`Cannot use --schedule ${schedule}: expected cosine, linear, wsd or constant`);
}
