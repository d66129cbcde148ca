/**
 * Low-rank adaptation (Hu et al. 2021, "LoRA"): a model is taught something new by a narrow detour beside each of its
 * matrices, while what it learned before stays as it is. The detour's two matrices have a hundredth of the parameters,
 * so the optimizer's memory and what is kept of a fine-tuned model are that much smaller.
 */
import { tf } from '../backend/tf.js';
import type { Random } from '../core/random.js';
import type { LoraConfig } from './config.js';
import { type GptParams, initial, type NamedVariables, namedParams, paramsFrom } from './params.js';

/** How wide the detours are. */
export interface LoraOptions extends Partial<LoraConfig> {
  readonly random: Random;
}

const isAdapter = (name: string): boolean => /\.lora_[AB]$/.test(name);

/**
 * A copy of a model with an adapter beside every matrix of its layers. The copy says what the model said, until the
 * adapters are trained: one matrix of each begins at zero. The caller frees it with `disposeParams`.
 *
 * @param options.rank Default 8, as in Hugging Face's PEFT.
 * @param options.alpha Default the rank, so that what an adapter says counts once, as in PEFT.
 * @throws {RangeError} If the model has adapters already, or the rank is no whole number above 0.
 *
 * @example
 * const adapted = addLora(params, { rank: 2, random: createRandom(1) });
 * const optimizer = createAdamW(loraParams(adapted));
 * const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, 4] };
 * trainStep(adapted, batch, optimizer, 1e-2).loss < 6 // true
 * optimizer.dispose();
 * disposeParams(adapted);
 */
export function addLora(params: GptParams, { random, rank = 8, alpha = rank }: LoraOptions): GptParams {
  if (params.config.lora)
    throw new RangeError(
      'Cannot add adapters: expected a model without, got one that has some; see mergeLora',
    );
  const named = namedParams(params);
  const config = { ...params.config, lora: { rank, alpha } };
  return paramsFrom(config, (name, shape) => named.get(name)?.add(0) ?? initial(name, shape, config, random));
}

/**
 * The adapters of a model, for an optimizer that trains nothing else.
 *
 * @throws {RangeError} If it has none.
 *
 * @example
 * const adapted = addLora(params, { rank: 2, random: createRandom(1) });
 * [...loraParams(adapted).keys()].slice(0, 2) // ['h.0.attn.c_attn.lora_A', 'h.0.attn.c_attn.lora_B']
 * disposeParams(adapted);
 */
export function loraParams(params: GptParams): NamedVariables {
  if (!params.config.lora) throw new RangeError('Cannot find adapters: expected a model from addLora');
  return new Map([...namedParams(params)].filter(([name]) => isAdapter(name)));
}

/**
 * A copy of a model without adapters, which says the same: what they say is added to the matrices. The caller frees it
 * with `disposeParams`.
 *
 * @throws {RangeError} If it has none.
 *
 * @example
 * const adapted = addLora(params, { rank: 2, random: createRandom(1) });
 * const merged = mergeLora(adapted);
 * merged.config.lora // undefined
 * disposeParams(adapted);
 * disposeParams(merged);
 */
export function mergeLora(params: GptParams): GptParams {
  const detours = loraParams(params);
  const { lora, ...config } = params.config;
  const named = namedParams(params);
  return paramsFrom(config, (name) => {
    const own = named.get(name)!;
    const matrix = name.replace(/\.weight$/, '');
    const [down, up] = [detours.get(`${matrix}.lora_A`), detours.get(`${matrix}.lora_B`)];
    if (!down || !up) return own.add(0);
    return tf.tidy(() =>
      own.add(tf.matMul(down as tf.Tensor2D, up as tf.Tensor2D).mul(lora!.alpha / lora!.rank)),
    );
  });
}
