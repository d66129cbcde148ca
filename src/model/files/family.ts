/** The two families of models that other people's files hold. */
import { fullConfig, type GptConfig } from '../config.js';

/** Their names, as `model_type` of Hugging Face and `general.architecture` of llama.cpp have them. */
export type Family = 'gpt2' | 'llama';

/** The family of a configuration. @throws {RangeError} If it has parts of both, or of neither; `path` is named. */
export function familyOf(path: string, config: GptConfig): Family {
  const full = fullConfig(config);
  if (full.lora)
    throw new RangeError(
      `Cannot write ${path}: expected a model without adapters, got one with; see mergeLora`,
    );
  const isGpt2 =
    full.position === 'learned' &&
    full.norm === 'layer' &&
    full.feedForward === 'gelu' &&
    full.bias &&
    full.nKvHead === full.nHead;
  if (isGpt2) return 'gpt2';
  if (full.position === 'rotary' && full.norm === 'rms' && full.feedForward === 'swiGlu' && !full.bias)
    return 'llama';
  const { position, norm, feedForward, bias, nKvHead, nHead } = full;
  throw new RangeError(
    `Cannot write ${path}: expected a model with the parts of GPT-2 or of Llama, got ${JSON.stringify({ position, norm, feedForward, bias, nKvHead, nHead })}`,
  );
}
