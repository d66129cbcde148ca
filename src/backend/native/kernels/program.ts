/** A model's layers in one call of the addon, under the name by which `src/backend/ops` asks for it. */
import type { Program, ProgramInput } from '../../ops/program.js';
import type { FusedKernel } from './kernel.js';

/** Steps on registers -> the last register's picked rows, [N,width]; writes new keys and values into the caches. */
export const program: FusedKernel<{ readonly program: Program; readonly input: ProgramInput }> = ({
  attrs: { program, input },
  backend,
}) => {
  const { steps, widths, tensors, packed } = program;
  const { ids, slots, starts, counts, picked, cosines, sines } = input;
  const weights: (Float32Array | Uint8Array)[] = [];
  for (const tensor of tensors) weights.push(backend.valuesOf(tensor));
  for (const bytes of packed) weights.push(bytes);
  const caches: Float32Array[] = [];
  for (const { keys, values } of input.caches) caches.push(keys, values);
  const width = widths[widths.length - 1]!;
  let others = -width;
  for (const width of widths) others += width;
  const scratch = backend.output([ids.length, others]);
  const y = backend.output([picked.length, width]);
  backend.addon.runProgram(
    steps,
    widths,
    weights,
    caches,
    ids,
    slots,
    starts,
    counts,
    picked,
    cosines,
    sines,
    scratch.values,
    y.values,
    slots.length,
    ids.length / slots.length,
    input.nHead,
    input.nKvHead,
    input.capacity,
    input.epsilon,
  );
  backend.disposeData(scratch.info.dataId);
  return y.info;
};
