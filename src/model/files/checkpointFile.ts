/** The model in a checkpoint of ours: its configuration as text in the header, its weights under their own names. */
import { tf } from '../../backend/tf.js';
import { checkGptConfig, type GptConfig } from '../config.js';
import { type GptParams, paramShapes, paramsFrom } from '../params.js';
import { checkTensor, readFloats, type TensorFile } from './tensorFile.js';

/** The configuration. @throws {SyntaxError} If the file has none. */
export function configIn({ path, metadata }: TensorFile<string>): GptConfig {
  try {
    const config = JSON.parse(metadata.get('config') ?? '') as GptConfig;
    checkGptConfig(config);
    return config;
  } catch {
    throw new SyntaxError(`Cannot load ${path}: it holds no GPT's configuration, so it is not a checkpoint`);
  }
}

/** The parameters, a tensor at a time. @throws {SyntaxError} If one is missing, or is not what it should be. */
export function paramsIn(file: TensorFile, config: GptConfig): GptParams {
  for (const [name, shape] of paramShapes(config)) checkTensor(file, name, shape); // before any memory is taken
  return paramsFrom(config, (name, shape) => tensorIn(file, name, shape));
}

/** A tensor of the file, on the backend that runs now. */
export const tensorIn = (file: TensorFile, name: string, shape: readonly number[]): tf.Tensor =>
  tf.tensor(readFloats(file, name, shape), [...shape], 'float32');
