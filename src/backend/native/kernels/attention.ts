/**
 * Attention, under the names by which `src/backend/ops` asks for it.
 *
 * B = batch, T = time (tokens), H = heads of queries, K = heads of keys and values, D = channels of a head, C = H * D.
 */
import type { AttentionHeads, PackedTexts } from '../../ops/attention.js';
import type { CachePlaces, CacheSize, LayerCache } from '../../ops/cachedAttention.js';
import type { tf } from '../../tf.js';
import { arraysOf, type FusedKernel } from './kernel.js';

type Heads = Required<AttentionHeads>;

/** Channels of one head. */
const depthOf = ({ shape }: tf.TensorInfo, { nHead, nKvHead }: Heads): number =>
  shape.at(-1)! / (nHead + 2 * nKvHead);

const noStarts = new Int32Array(0);
const startsOf = ({ starts = noStarts }: PackedTexts): Int32Array => starts;

/** qkv [B,T,(H+2K)D] -> y [B,T,C], logSums [B,H,T]. */
const attention: FusedKernel<Heads & PackedTexts> = ({ inputs: { qkv }, attrs, backend }) => {
  const [B, T] = qkv!.shape as [number, number, number];
  const { nHead, nKvHead } = attrs;
  const D = depthOf(qkv!, attrs);
  const [y, logSums] = [backend.output([B, T, nHead * D]), backend.output([B, nHead, T])];
  const arrays = [backend.valuesOf(qkv!), y.values, logSums.values, startsOf(attrs)];
  backend.addon.attention(...arrays, B, T, nHead, nKvHead, D);
  return [y.info, logSums.info];
};

/** qkv [B,T,(H+2K)D] -> y [B,T,C]; writes the new keys and values into the cache. */
const cachedAttention: FusedKernel<LayerCache & CachePlaces & CacheSize> = ({ inputs, attrs, backend }) => {
  const [B, T] = inputs.qkv!.shape as [number, number, number];
  const { keys, values, slots, starts, counts, nHead, nKvHead, capacity } = attrs;
  const D = depthOf(inputs.qkv!, attrs);
  const y = backend.output([B, T, nHead * D]);
  const arrays = [backend.valuesOf(inputs.qkv!), keys, values, slots, starts, counts, y.values];
  backend.addon.cachedAttention(...arrays, B, T, nHead, nKvHead, D, capacity);
  return y.info;
};

/** dy [B,T,C], qkv, y, logSums -> dQkv [B,T,(H+2K)D]. */
const attentionGrad: FusedKernel<Heads & PackedTexts> = ({ inputs, attrs, backend }) => {
  const { dy, qkv, y, logSums } = inputs;
  const [B, T] = qkv!.shape as [number, number, number];
  const { nHead, nKvHead } = attrs;
  const dQkv = backend.output(qkv!.shape);
  const arrays = [...arraysOf(backend, [dy, qkv, y, logSums]), dQkv.values, startsOf(attrs)];
  backend.addon.attentionGrad(...arrays, B, T, nHead, nKvHead, depthOf(qkv!, attrs));
  return dQkv.info;
};

export const attentionKernels: Readonly<Record<string, FusedKernel>> = {
  FusedCausalAttention: attention as FusedKernel,
  FusedCausalAttentionGrad: attentionGrad as FusedKernel,
  FusedCachedAttention: cachedAttention as FusedKernel,
};
