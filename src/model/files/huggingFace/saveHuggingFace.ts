/** A model as a Hugging Face folder, which their tools load as one of GPT-2 or Llama. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { peek } from '../../../backend/peek.js';
import { writeFileAtomic } from '../../../core/files.js';
import { saveHuggingFaceTokenizer } from '../../../tokenizer/files/huggingFaceWrite.js';
import { type GptParams, namedParams } from '../../params.js';
import { type Family, familyOf } from '../family.js';
import { plainTypes, type WrittenFloat } from '../floatTypes.js';
import { partOf } from '../layout.js';
import { checkVocabulary, type ModelToWrite } from '../pretrained.js';
import { type TensorToWrite, writeSafetensors } from '../safetensors.js';
import { sizeOf } from '../tensorFile.js';
import { huggingFaceConfig } from './huggingFaceConfig.js';
import { huggingFaceLayout } from './huggingFaceLayout.js';
import { indexFile, wholeFile } from './shards.js';

/** How weights are stored. */
export interface SaveHuggingFaceOptions {
  /** Default `F32`, without loss; `BF16` and `F16` take half the room. */
  readonly dtype?: WrittenFloat;
  /** Most bytes of weights in one file, unless a tensor alone has more; default 5e9, as Hugging Face's tools had. */
  readonly shardBytes?: number;
}

/**
 * Writes a model, its tokenizer and what is said of their use into a folder, which is made where there is none. Weights
 * are written a tensor at a time, `config.json` last.
 *
 * @throws {RangeError} If the model has parts of both families, or a setting is out of range.
 * @throws {Error} If the disk refuses.
 *
 * @example
 * const { readdirSync } = await import('node:fs');
 * saveHuggingFace('tiny', { params, tokenizer, stopIds: [256] }, { dtype: 'BF16' });
 * readdirSync('tiny').sort()
 * // ['config.json', 'generation_config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']
 */
export function saveHuggingFace(
  folder: string,
  { params, tokenizer, startIds = [], stopIds = [], chatTemplate, sampling }: ModelToWrite,
  { dtype = 'F32', shardBytes = 5e9 }: SaveHuggingFaceOptions = {},
): void {
  const family = familyOf(folder, params.config);
  checkVocabulary(folder, params.config.vocabSize, tokenizer, 'write');
  if (!(shardBytes > 0))
    throw new RangeError(`Cannot write ${folder}: expected shardBytes to be above 0, got ${shardBytes}`);
  mkdirSync(folder, { recursive: true });
  writeWeights(folder, family, params, { dtype, shardBytes });
  saveHuggingFaceTokenizer(join(folder, 'tokenizer.json'), tokenizer, { startIds });
  const nameOf = new Map([...tokenizer.specialTokens].map(([name, id]) => [id, name]));
  const [start, stop] = [startIds[0], stopIds[0]].map((id) =>
    id === undefined ? undefined : nameOf.get(id),
  );
  const ids = {
    ...(startIds.length > 0 && { bos_token_id: startIds[0] }),
    ...(stopIds.length > 0 && { eos_token_id: stopIds.length === 1 ? stopIds[0] : stopIds }),
  };
  writeJson(folder, 'tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: params.config.blockSize,
    clean_up_tokenization_spaces: false,
    ...(start !== undefined && { bos_token: start }),
    ...(stop !== undefined && { eos_token: stop }),
    ...(chatTemplate !== undefined && { chat_template: chatTemplate }),
  });
  writeJson(folder, 'generation_config.json', { ...ids, ...samplingFields(sampling) });
  writeJson(folder, 'config.json', {
    ...huggingFaceConfig(family, params.config),
    ...ids,
    dtype: dtypeNames[dtype],
  });
}

const dtypeNames: { readonly [dtype in WrittenFloat]: string } = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

function samplingFields(sampling: ModelToWrite['sampling']): object {
  if (!sampling) return { do_sample: false };
  return {
    do_sample: true,
    ...Object.fromEntries(
      Object.entries(sampling)
        .filter(([, value]) => typeof value === 'number')
        .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
    ),
  };
}

const writeJson = (folder: string, name: string, fields: object): void =>
  writeFileAtomic(join(folder, name), `${JSON.stringify(fields, null, 2)}\n`);

function writeWeights(
  folder: string,
  family: Family,
  params: GptParams,
  { dtype, shardBytes }: Required<SaveHuggingFaceOptions>,
): void {
  const tensors = tensorsOf(family, params, dtype);
  const shards = cutInto(tensors, shardBytes, plainTypes[dtype].bytes);
  const metadata = { format: 'pt' };
  if (shards.length === 1) {
    writeSafetensors(join(folder, wholeFile), { tensors, metadata });
    rmSync(join(folder, indexFile), { force: true });
    return;
  }
  const of = String(shards.length).padStart(5, '0');
  const fileOf = new Map<string, string>();
  for (const [nth, shard] of shards.entries()) {
    const file = `model-${String(nth + 1).padStart(5, '0')}-of-${of}.safetensors`;
    writeSafetensors(join(folder, file), { tensors: shard, metadata });
    for (const name of shard.keys()) fileOf.set(name, file);
  }
  const sizes = [...tensors.values()].map(({ shape }) => plainTypes[dtype].bytes * sizeOf(shape));
  writeJson(folder, indexFile, {
    metadata: { total_size: sizes.reduce((sum, bytes) => sum + bytes, 0) },
    weight_map: Object.fromEntries(fileOf),
  });
  rmSync(join(folder, wholeFile), { force: true });
}

/** The tensors under their names, read from the model when their turn comes. */
function tensorsOf(family: Family, params: GptParams, dtype: WrittenFloat): Map<string, TensorToWrite> {
  const layout = huggingFaceLayout(family, params.config);
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, variable] of namedParams(params)) {
    const parts = layout(name, variable.shape);
    for (const [nth, part] of parts.entries()) {
      const data = () => partOf(peek(variable), parts, nth, variable.shape);
      tensors.set(part.name, { shape: part.shape, dtype, data });
    }
  }
  return tensors;
}

/** Tensors in their order, as many together as the limit allows. */
function cutInto(
  tensors: ReadonlyMap<string, TensorToWrite>,
  most: number,
  bytes: number,
): Map<string, TensorToWrite>[] {
  const shards: Map<string, TensorToWrite>[] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const [name, tensor] of tensors) {
    const own = bytes * sizeOf(tensor.shape);
    if (size + own > most) {
      shards.push(new Map());
      size = 0;
    }
    shards.at(-1)!.set(name, tensor);
    size += own;
  }
  return shards;
}
