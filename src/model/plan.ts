/**
 * A model's layers as a program of the backend, for texts that are read bit by bit: the same layers as `throughLayers`,
 * with steps in place of tensors.
 */
import type { CachePlaces, LayerCache } from '../backend/ops/cachedAttention.js';
import { isPacked } from '../backend/ops/packed.js';
import {
  createPlanner,
  type Planned,
  type Planner,
  type Program,
  runProgram,
} from '../backend/ops/program.js';
import { anglesAt } from '../backend/ops/rotary.js';
import type { tf } from '../backend/tf.js';
import { type FullConfig, fullConfig } from './config.js';
import { headTable, type LayerOperations, rotarySpeed, throughBlocks, type Weight } from './gpt.js';
import type { InferenceParams, Norm } from './params.js';

/** New tokens of some texts, short ones padded at the end, and which rows of [B,T] are asked for. */
interface PlannedInput extends CachePlaces {
  readonly ids: Int32Array;
  readonly picked: Int32Array;
}

/**
 * The logits of some rows, [N,V], in one call of the backend; nothing where it has no kernel for that, or the model has
 * adapters.
 */
export function plannedLogits(
  params: InferenceParams,
  { layers: caches, capacity }: { readonly layers: readonly LayerCache[]; readonly capacity: number },
  input: PlannedInput,
): tf.Tensor2D | undefined {
  if (params.config.lora) return undefined;
  const plan = planOf(params);
  const { nHead, nKvHead, normEpsilon: epsilon } = plan.config;
  const { cosines, sines } = plan.anglesFor(capacity);
  const { slots, starts, counts, ids, picked } = input; // one by one: to spread them takes as long as a small kernel
  const places = {
    slots,
    starts,
    counts,
    ids,
    picked,
    cosines,
    sines,
    caches,
    nHead,
    nKvHead,
    capacity,
    epsilon,
  };
  return runProgram(plan.program, places);
}

interface Plan {
  readonly config: FullConfig;
  readonly program: Program;
  /** Of so many positions or more. */
  readonly anglesFor: (positions: number) => { readonly cosines: Float32Array; readonly sines: Float32Array };
}

const plans = new WeakMap<InferenceParams, Plan>();

/** The plan of a model, made once. It holds the model's variables, whose numbers may change. */
function planOf(params: InferenceParams): Plan {
  const known = plans.get(params);
  if (known) return known;
  const config = fullConfig(params.config);
  const plan = { config, program: programOf(params, config), anglesFor: anglesOf(config) };
  plans.set(params, plan);
  return plan;
}

function programOf(params: InferenceParams, config: FullConfig): Program {
  const { vocabSize, nEmbd: C } = config;
  const planner = createPlanner();
  const { step } = planner;
  const operations = plannedOperations(planner, config);
  const tokens = step('embed', C, { weight: params.tokenEmbedding, isTable: true });
  const { positionEmbedding: weight } = params;
  const start = weight ? step('addPositions', C, { reads: [tokens], weight }) : tokens;
  const end = throughBlocks(start, params, operations);
  const asked = operations.normalise(step('pick', C, { reads: [end] }), params.finalNorm);
  step('linear', vocabSize, { reads: [asked], weight: headTable(params), isTable: true });
  return planner.program();
}

/** What each operation of a layer is as a step. */
function plannedOperations({ step }: Planner, config: FullConfig): LayerOperations<Planned> {
  const { nEmbd, norm, position } = config;
  const turned = (qkv: Planned) => (position === 'rotary' ? step('turn', qkv.width, { reads: [qkv] }) : qkv);
  return {
    normalise: (x, { gain, shift }: Norm) =>
      step(norm === 'rms' ? 'normByMeanSquare' : 'normByLayer', x.width, {
        reads: [x],
        weight: gain,
        second: shift,
      }),
    project: (x, { weight, bias }) => step('linear', outputsOf(weight), { reads: [x], weight, second: bias }),
    add: (x, y) => step('add', x.width, { reads: [x, y] }),
    gelu: (x) => step('gelu', x.width, { reads: [x] }),
    swiGlu: (gate, up) => step('swiGlu', up.width, { reads: [gate, up] }),
    attend: (qkv, layer) => step('attend', nEmbd, { reads: [turned(qkv)], layer }),
  };
}

/** A matrix is [in,out], packed [out,in]. */
const outputsOf = (weight: Weight): number => (isPacked(weight) ? weight.shape[0] : weight.shape[1]);

/** Cosines and sines of the positions that were asked for so far. */
function anglesOf(config: FullConfig): Plan['anglesFor'] {
  const depth = config.position === 'rotary' ? config.nEmbd / config.nHead : 0;
  let known = anglesAt([], depth, rotarySpeed(config));
  return (positions) => {
    if (known.cosines.length < (positions * depth) / 2) {
      const all = Int32Array.from({ length: positions }, (_, position) => position);
      known = anglesAt(all, depth, rotarySpeed(config));
    }
    return known;
  };
}
