/**
 * A model's layers written down once as steps, which a backend runs in one call: for a small model the way from one
 * kernel to the next takes longer than the kernels. It has no gradient.
 *
 * A backend may have a kernel for it, `FusedProgram`: inputs none; attributes `program` and `input`; it returns the last
 * register, [picked,width].
 *
 * B = texts, T = new tokens of the longest, R = rows: B*T, and from `pick` on those that were picked.
 */
import type { tf } from '../tf.js';
import type { CachePlaces, CacheSize, LayerCache } from './cachedAttention.js';
import { ownKernel } from './fused.js';
import { isPacked, type PackedMatrix } from './packed.js';

/** What a step may do, by its number. */
const operations = [
  'embed',
  'addPositions',
  'normByLayer',
  'normByMeanSquare',
  'linear',
  'turn',
  'attend',
  'gelu',
  'swiGlu',
  'add',
  'pick',
] as const;
type Operation = (typeof operations)[number];

/** How a matrix lies, by its number: `inOut` as `linear` has it, `outIn` as a table. */
const forms = ['inOut', 'outIn', 'Q8_0', 'Q4_0', 'Q4_1'] as const;

type Weight = tf.Tensor | PackedMatrix;

/** Steps on numbered registers, which are [R,width]; the last register is the result. */
export interface Program {
  /** Seven numbers each: operation, register written, two read, two weights, form of the first; -1 where there is none. */
  readonly steps: Int32Array;
  readonly widths: Int32Array;
  /** The weights are these, and behind them packed ones. */
  readonly tensors: readonly tf.Tensor[];
  readonly packed: readonly Uint8Array[];
}

/** What a program is run on. */
export interface ProgramInput extends CachePlaces, CacheSize {
  /** [B,T]; at padding any. */
  readonly ids: Int32Array;
  /** Rows that `pick` leaves. */
  readonly picked: Int32Array;
  readonly caches: readonly LayerCache[];
  /** Cosines and sines of each position of the cache, [capacity,D/2], for `turn`; empty without. */
  readonly cosines: Float32Array;
  readonly sines: Float32Array;
  /** Of normalisations. */
  readonly epsilon: number;
}

/**
 * Runs a program where the backend can.
 *
 * @returns The last register's picked rows; nothing where the backend has no kernel for it.
 * @throws {Error} If a weight has been disposed.
 */
export function runProgram(program: Program, input: ProgramInput): tf.Tensor2D | undefined {
  const own = ownKernel('FusedProgram');
  if (!own) return undefined;
  for (const tensor of program.tensors)
    if (tensor.isDisposed) throw new Error('Cannot run the model: its parameters are disposed');
  return own({}, { program, input })[0] as tf.Tensor2D;
}

/** Stands for the [R,width] numbers that a step will make. */
export interface Planned {
  readonly width: number;
  /** The step's number. */
  readonly step: number;
}

interface PlannedStep {
  readonly operation: Operation;
  readonly width: number;
  readonly parts: StepParts;
}

/** Writes steps down. */
export interface Planner {
  /** Adds a step. A matrix of floats is [in,out], and a table [out,in]. */
  readonly step: (operation: Operation, width: number, parts: StepParts) => Planned;
  /** All steps, the last of which makes the result. */
  readonly program: () => Program;
}

/** What a step works on. */
export interface StepParts {
  readonly reads?: readonly Planned[];
  readonly weight?: Weight;
  /** A bias, or a shift. */
  readonly second?: tf.Tensor | undefined;
  readonly isTable?: boolean;
  /** Of attention. */
  readonly layer?: number;
}

/** Begins an empty program. */
export function createPlanner(): Planner {
  const steps: PlannedStep[] = [];
  return {
    step: (operation, width, parts) => {
      steps.push({ operation, width, parts });
      return { width, step: steps.length - 1 };
    },
    program: () => {
      const { registers, widths } = registersOf(steps);
      const all = steps.flatMap(({ parts: { weight, second } }) => [weight, second]);
      const weights = [...new Set(all.filter((weight) => weight !== undefined))];
      const tensors = weights.filter((weight) => !isPacked(weight)) as tf.Tensor[];
      const packed = weights.filter(isPacked);
      const numbers = new Map<Weight, number>([...tensors, ...packed].map((weight, nth) => [weight, nth]));
      const numberOf = (weight: Weight | undefined) => (weight ? numbers.get(weight)! : -1);
      const rows = steps.map(({ operation, parts: { reads = [], weight, second, layer, isTable } }, nth) => {
        const [from = -1, other = -1] = reads.map(({ step }) => registers[step]!);
        const form = weight && isPacked(weight) ? weight.type : isTable ? 'outIn' : 'inOut';
        const two = [layer ?? numberOf(weight), numberOf(second)];
        return [operations.indexOf(operation), registers[nth]!, from, other, ...two, forms.indexOf(form)];
      });
      return {
        steps: Int32Array.from(rows.flat()),
        widths: Int32Array.from(widths),
        tensors,
        packed: packed.map(({ bytes }) => bytes),
      };
    },
  };
}

/** A register for what each step makes, used again once nobody reads it any more; the last step has the last one. */
function registersOf(steps: readonly PlannedStep[]): { registers: number[]; widths: number[] } {
  const lastReads = new Map<number, number>();
  for (const [nth, { parts }] of steps.entries())
    for (const { step } of parts.reads ?? []) lastReads.set(step, nth);
  const [registers, widths, free]: [number[], number[], number[]] = [[], [], []];
  for (const [nth, { width, parts }] of steps.entries()) {
    const isLast = nth === steps.length - 1;
    const place = isLast ? -1 : free.findIndex((register) => widths[register] === width);
    const [found] = place < 0 ? [] : free.splice(place, 1);
    registers.push(found ?? widths.push(width) - 1);
    for (const step of new Set(parts.reads?.map(({ step }) => step)))
      if (lastReads.get(step) === nth) free.push(registers[step]!);
  }
  return { registers, widths };
}
