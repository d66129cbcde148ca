/** Matrix products of the shapes that the models use, beside PyTorch's or OpenBLAS's, whichever is faster. */
import { selectBackend } from '../../dist/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { type Measurement, median } from './measurement.js';
import { bestProduct, large, type ProductShape, peerSpeed, startProducts, tooSlow } from './products.js';

/** A linear layer's result, its input's gradient and its weights' gradient. */
const layer = (rows: number, from: number, to: number): ProductShape[] => [
  { M: rows, N: to, K: from },
  { M: rows, N: from, K: to, transposed: 'b' },
  { M: from, N: to, K: rows, transposed: 'a' },
];
const shapes = [
  large, // the first, which says whether the peer is one
  ...[384, 128, 512].flatMap((to) => layer(768, 128, to)),
  ...[1152, 384, 1536].flatMap((to) => layer(4096, 384, to)),
  ...[2304, 768, 3072].flatMap((to) => layer(256, 768, to)),
  ...layer(256, 3072, 768),
];

export async function measureMatMul(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  const setup = await bestProduct();
  const peer = setup && (await startProducts(setup));
  let note: string | undefined;
  const rows: Measurement[] = [];
  for (const shape of shapes) {
    const { M, N, K, transposed } = shape;
    const flops = 2 * M * N * K;
    const runs = Math.min(200, Math.max(5, Math.round(6e9 / flops)));
    const [own, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < 9; round++) {
      own.push(productSpeed(shape, runs));
      if (peer) theirs.push(await peerSpeed(peer, shape, runs));
    }
    if (shape === large && setup) note = tooSlow(setup.name, median(theirs), median(own));
    rows.push({
      name: `product, ${name}: ${M} x ${K}${transposed === 'a' ? "'" : ''} x ${N}${transposed === 'b' ? "'" : ''}`,
      value: median(own),
      unit: 'GFLOP/s',
      ...(peer && { peer: setup.name, peerValue: median(theirs) }),
      ...(note && { note }),
    });
  }
  peer?.stop();
  return rows;
}

/** GFLOP/s of a product on the current backend, the median of some runs after one that does not count. */
export function productSpeed({ M, N, K, transposed }: ProductShape, runs: number): number {
  const a = tf.fill<tf.Rank.R2>(transposed === 'a' ? [K, M] : [M, K], 0.5);
  const b = tf.fill<tf.Rank.R2>(transposed === 'b' ? [N, K] : [K, N], 0.5);
  const times = Array.from({ length: runs + 1 }, () => {
    const start = performance.now();
    tf.matMul(a, b, transposed === 'a', transposed === 'b').dispose();
    return performance.now() - start;
  });
  tf.dispose([a, b]);
  return (2 * M * N * K) / median(times.slice(1)) / 1e6;
}
