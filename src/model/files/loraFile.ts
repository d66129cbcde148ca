/** The adapters of a model in a file of their own, a hundredth of the model's. */
import { peek } from '../../backend/peek.js';
import { checkGptConfig, type LoraConfig } from '../config.js';
import { loraParams } from '../lora.js';
import { type GptParams, namedParams, paramShapes, paramsFrom } from '../params.js';
import { tensorIn } from './checkpointFile.js';
import { openSafetensors, type TensorToWrite, writeSafetensors } from './safetensors.js';
import { checkTensor, type TensorFile } from './tensorFile.js';

/**
 * Writes the adapters alone, under a temporary name until all is there.
 *
 * @throws {RangeError} If the model has none.
 *
 * @example
 * const adapted = addLora(params, { rank: 2, random: createRandom(1) });
 * saveLora('polite.safetensors', adapted);
 * readSafetensors('polite.safetensors').metadata.lora // '{"rank":2,"alpha":2}'
 * disposeParams(adapted);
 */
export function saveLora(path: string, params: GptParams): void {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, variable] of loraParams(params))
    tensors.set(name, { shape: variable.shape, data: () => peek(variable) });
  writeSafetensors(path, { tensors, metadata: { format: 'pt', lora: JSON.stringify(params.config.lora) } });
}

/**
 * A copy of a model with the adapters of a file. The caller frees it with `disposeParams`.
 *
 * @param params The model that they were trained beside, without adapters.
 * @throws {SyntaxError} If the file is damaged, holds no adapters, or those of a model of another shape.
 * @throws {RangeError} If the model has adapters already.
 *
 * @example
 * const adapted = addLora(params, { rank: 2, random: createRandom(1) });
 * saveLora('polite.safetensors', adapted);
 * const again = loadLora('polite.safetensors', params);
 * again.config.lora // { rank: 2, alpha: 2 }
 * disposeParams(adapted);
 * disposeParams(again);
 */
export function loadLora(path: string, params: GptParams): GptParams {
  if (params.config.lora)
    throw new RangeError(`Cannot load ${path}: expected a model without adapters, got one that has some`);
  const file = openSafetensors(path);
  try {
    const config = { ...params.config, lora: loraIn(file) };
    const named = namedParams(params);
    for (const [name, shape] of paramShapes(config)) if (!named.has(name)) checkTensor(file, name, shape);
    return paramsFrom(config, (name, shape) => named.get(name)?.add(0) ?? tensorIn(file, name, shape));
  } finally {
    file.close();
  }
}

function loraIn({ path, metadata }: TensorFile<string>): LoraConfig {
  try {
    const lora = JSON.parse(metadata.get('lora') ?? '') as LoraConfig;
    checkGptConfig({ vocabSize: 1, blockSize: 1, nLayer: 1, nHead: 1, nEmbd: 1, lora });
    return lora;
  } catch {
    throw new SyntaxError(`Cannot load ${path}: its header says nothing of adapters, so it holds none`);
  }
}
