/** A model's layers in one call of the addon, under the name by which `src/backend/ops` asks for it. */
import { isPacked } from '../../ops/packed.js';
import type { Program, ProgramInput } from '../../ops/program.js';
import type { FusedKernel } from './kernel.js';

/** Steps on registers -> the last register's picked rows, [N,width]; writes new keys and values into the caches. */
export const program: FusedKernel<Program & ProgramInput> = ({ attrs, backend }) => {
  const { steps, widths, ids, slots, starts, counts, picked, cosines, sines, epsilon } = attrs;
  const weights = attrs.weights.map((weight) => (isPacked(weight) ? weight.bytes : backend.valuesOf(weight)));
  const caches = attrs.caches.flatMap(({ keys, values }) => [keys, values]);
  const [B, T] = [slots.length, ids.length / slots.length];
  const { nHead, nKvHead, capacity } = attrs;
  const width = widths.at(-1)!;
  const others = widths.reduce((sum, width) => sum + width, -width);
  const scratch = backend.output([ids.length, others]);
  const y = backend.output([picked.length, width]);
  const arrays = [ids, slots, starts, counts, picked, cosines, sines, scratch.values, y.values];
  const sizes = [B, T, nHead, nKvHead, capacity, epsilon];
  backend.addon.runProgram(steps, widths, weights, caches, ...arrays, ...sizes);
  backend.disposeData(scratch.info.dataId);
  return y.info;
};
