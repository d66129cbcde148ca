/**
 * Attention, under the names by which `src/backend/ops` asks for it.
 *
 * B = batch, T = time (tokens), H = heads of queries, K = heads of keys and values, D = channels of a head, C = H * D.
 */
import type * as tf from '@tensorflow/tfjs';
import type { AttentionHeads } from '../../ops/attention.js';
import type { CachePlaces, CacheSize, LayerCache } from '../../ops/cachedAttention.js';
import { arraysOf, type FusedKernel } from './kernel.js';

type Heads = Required<AttentionHeads>;

/** Channels of one head. */
const depthOf = ({ shape }: tf.TensorInfo, { nHead, nKvHead }: Heads): number =>
  shape.at(-1)! / (nHead + 2 * nKvHead);

/** qkv [B,T,(H+2K)D] -> y [B,T,C], logSums [B,H,T]. */
const attention: FusedKernel<Heads> = ({ inputs: { qkv }, attrs, backend }) => {
  const [B, T] = qkv!.shape as [number, number, number];
  const { nHead, nKvHead } = attrs;
  const D = depthOf(qkv!, attrs);
  const [y, logSums] = [backend.output([B, T, nHead * D]), backend.output([B, nHead, T])];
  backend.addon.attention(backend.valuesOf(qkv!), y.values, logSums.values, B, T, nHead, nKvHead, D);
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
const attentionGrad: FusedKernel<Heads> = ({ inputs, attrs, backend }) => {
  const { dy, qkv, y, logSums } = inputs;
  const [B, T] = qkv!.shape as [number, number, number];
  const { nHead, nKvHead } = attrs;
  const dQkv = backend.output(qkv!.shape);
  const read = arraysOf(backend, [dy, qkv, y, logSums]);
  backend.addon.attentionGrad(...read, dQkv.values, B, T, nHead, nKvHead, depthOf(qkv!, attrs));
  return dQkv.info;
};

export const attentionKernels: Readonly<Record<string, FusedKernel>> = {
  FusedCausalAttention: attention as FusedKernel,
  FusedCausalAttentionGrad: attentionGrad as FusedKernel,
  FusedCachedAttention: cachedAttention as FusedKernel,
};
