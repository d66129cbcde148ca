/**
 * Who multiplies matrices beside us, at its best: the newest PyTorch that is there, or OpenBLAS. Debian's OpenBLAS takes a
 * processor that it does not know for a much older one, so kernels of newer ones are tried where MKL does not do the work.
 */
import { median } from './measurement.js';
import { type Peer, pythons, startPeer } from './peer.js';

/** [M,K] times [K,N]; a transposed side lies the other way round. */
export interface ProductShape {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly transposed?: 'a' | 'b';
}

/** Large enough that nothing but the product counts. */
export const large: ProductShape = { M: 2048, N: 2048, K: 2048 };

/** A library as it runs fastest here. */
export interface Setup {
  readonly library: 'pytorch' | 'openblas';
  /** With its version, and the kernels that were asked for. */
  readonly name: string;
  readonly python: string;
  readonly env: Readonly<Record<string, string>>;
  /** GFLOP/s of the large product. */
  readonly speed: number;
}

const coreTypes = process.arch === 'x64' ? ['SkylakeX', 'Haswell', 'Zen'] : [];

/** PyTorch at its fastest; `undefined` where there is none. */
export async function bestPyTorch(): Promise<Setup | undefined> {
  let newest: Setup | undefined;
  for (const python of pythons) {
    const found = await fastest('pytorch', python);
    if (found && (!newest || compareVersions(found.name, newest.name) > 0)) newest = found;
  }
  return newest;
}

/** Whoever multiplies faster, PyTorch or OpenBLAS. */
export async function bestProduct(): Promise<Setup | undefined> {
  const [pyTorch, blas] = [await bestPyTorch(), await fastest('openblas', pythons[0]!)];
  return [pyTorch, blas].filter((setup) => setup !== undefined).sort((a, b) => b.speed - a.speed)[0];
}

/** Starts a library's products, as they were fastest. */
export const startProducts = ({ library, python, env }: Setup): Promise<Peer | undefined> =>
  startPeer([library], { python, env });

async function fastest(library: Setup['library'], python: string): Promise<Setup | undefined> {
  const plain = await tried(library, python);
  if (!plain || plain.mkl) return plain;
  const others = [];
  for (const type of coreTypes) others.push(await tried(library, python, type)); // a kernel that cannot run here ends its process
  return [plain, ...others].filter((setup) => setup !== undefined).sort((a, b) => b.speed - a.speed)[0];
}

async function tried(
  library: Setup['library'],
  python: string,
  coreType?: string,
): Promise<(Setup & { readonly mkl: boolean }) | undefined> {
  const env = coreType ? { OPENBLAS_CORETYPE: coreType } : {};
  const peer = await startPeer([library], { python, env });
  if (!peer) return undefined;
  const { name, mkl } = peer.said as { name: string; mkl: boolean };
  try {
    const speed = await peerSpeed(peer, large, 5);
    return { library, name: coreType ? `${name}, ${coreType}` : name, python, env, speed, mkl };
  } catch {
    return undefined;
  } finally {
    peer.stop();
  }
}

function compareVersions(a: string, b: string): number {
  const numbers = (name: string) => (/[\d.]+/.exec(name)?.[0] ?? '').split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((number, nth) => number !== right[nth]);
  return at === -1 ? 0 : left[at]! - (right[at] ?? -1);
}

/** GFLOP/s of a product by `peer.py`. */
export async function peerSpeed(
  peer: Peer,
  { M, N, K, transposed }: ProductShape,
  runs: number,
): Promise<number> {
  const times = await peer.ask([M, N, K, Number(transposed === 'a'), Number(transposed === 'b'), runs + 1]);
  return (2 * M * N * K) / median(times.slice(1)) / 1e6;
}

/** Why a peer that multiplies at this speed is none to be measured against; nothing where it is one. */
export function tooSlow(name: string, theirs: number, own: number): string | undefined {
  if (theirs >= own / 2) return undefined;
  return `no ratio: ${name} multiplies at ${theirs.toFixed(0)} GFLOP/s, below half of what this machine does`;
}
