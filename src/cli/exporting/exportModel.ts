/** A model that is named, written for other people's programs. */
import { baseModel } from '../../artifacts/pretrained.js';
import { selectBackend } from '../../backend/select.js';
import type { Size } from '../../core/size.js';
import { saveGguf } from '../../model/files/gguf/saveGguf.js';
import type { GgufFloat } from '../../model/files/gguf/writeGguf.js';
import { saveHuggingFace } from '../../model/files/huggingFace/saveHuggingFace.js';
import type { ModelToWrite } from '../../model/files/pretrained.js';
import { disposeParams } from '../../model/params.js';
import { modelNamed } from '../modelNamed.js';
import { chatToWrite } from './chatToWrite.js';

/** What is exported, and where to. */
export interface ExportModelOptions {
  /** `base` or `chat` of a size, or the path of a model. */
  readonly model: string;
  readonly size: Size;
  /** A file that ends in .gguf, or else a folder. */
  readonly to: string;
  readonly type: GgufFloat;
}

/** @throws {Error} If there is no such model, or the format cannot hold it. */
export async function exportModel({ model, size, to, type }: ExportModelOptions): Promise<void> {
  const isGguf = to.endsWith('.gguf');
  if (type === 'Q8_0' && !isGguf)
    throw new Error(`Cannot write ${to}: expected F32, F16 or BF16 in a Hugging Face folder, got Q8_0`);
  await selectBackend();
  const found = await modelToWrite(model, size);
  try {
    if (type === 'Q8_0' || isGguf) saveGguf(to, found, { type });
    else saveHuggingFace(to, found, { dtype: type });
  } finally {
    disposeParams(found.params);
  }
}

async function modelToWrite(model: string, size: Size): Promise<ModelToWrite> {
  if (model === 'chat') return chatToWrite(size);
  if (model !== 'base') return modelNamed(model);
  const base = await baseModel(size);
  const end = base.tokenizer.specialTokens.get('<|endoftext|>')!;
  return { ...base, startIds: [end], stopIds: [end] };
}
