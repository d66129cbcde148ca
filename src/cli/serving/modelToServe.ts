/** A model that is named on the command line, ready to answer. */
import { basename, resolve } from 'node:path';
import { chatModel } from '../../artifacts/chatModel.js';
import { baseModel } from '../../artifacts/pretrained.js';
import type { Size } from '../../core/size.js';
import { type ServedModel, servedModel } from '../../serve/servedModel.js';
import { modelNamed } from '../modelNamed.js';

/** How it is found and loaded. */
export interface ModelToServeOptions {
  /** Of `base` and `chat`, which are trained if need be. */
  readonly size: Size;
  /** Whether the matrices of a GGUF file stay as they are stored. */
  readonly packed: boolean;
}

/**
 * `base` or `chat`, or a model by its path, which is offered under the name of its folder or file.
 *
 * @throws {Error} If there is no such model.
 */
export async function modelToServe(
  model: string,
  { size, packed }: ModelToServeOptions,
): Promise<ServedModel> {
  if (model === 'chat') {
    const { params, tokenizer, template } = await chatModel(size);
    const stopIds = [tokenizer.specialTokens.get('<|endoftext|>')!];
    return { name: model, params, tokenizer, template, startIds: [], stopIds };
  }
  if (model === 'base') {
    const { params, tokenizer } = await baseModel(size);
    const ends = [tokenizer.specialTokens.get('<|endoftext|>')!];
    return { name: model, params, tokenizer, startIds: ends, stopIds: ends };
  }
  const name = basename(resolve(model)).replace(/\.(gguf|safetensors)$/, '');
  return servedModel(name, modelNamed(model, { packed: packed && model.endsWith('.gguf') }));
}
