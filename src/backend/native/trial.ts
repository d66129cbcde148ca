/** A compiled file is tried in a process of its own: one that is damaged, or made for another processor, ends that. */
import { spawnSync } from 'node:child_process';

/** Loads the addon that is its argument, and compares products, a softmax and attention with plain JavaScript. */
const program = `
const loaded = { exports: {} };
const close = (what, got, want) => {
  if (!(Math.abs(got - want) < 1e-3)) throw new Error(what + ' comes out wrong');
};
try {
  process.dlopen(loaded, process.argv[1]);
  const addon = loaded.exports;
  addon.setThreads(2);
  const n = 100;
  const x = Float32Array.from({ length: n * n }, (_, i) => Math.sin(i * i));
  const y = new Float32Array(n * n);
  addon.matMul(x, x, y, null, 1, n, n, n, 0, 0, 0, 0);
  for (let i = 0; i < n * n; i += 7) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += x[i - (i % n) + k] * x[k * n + (i % n)];
    close('a product', y[i], sum);
  }
  addon.softmax(x, y, n, n);
  for (let row = 0; row < n; row++)
    close('softmax', y.subarray(row * n, row * n + n).reduce((a, b) => a + b, 0), 1);
  addon.gelu(x, y, n * n);
  x.forEach((v, i) => close('gelu', y[i], v / (1 + Math.exp(-1.5957691216 * (v + 0.044715 * v ** 3)))));
  const ones = new Float32Array(n * 3 * 8).fill(1);
  addon.attention(ones, y, new Float32Array(2 * n), new Int32Array(0), 1, n, 2, 2, 4);
  y.subarray(0, n * 8).forEach((v) => close('attention', v, 1));
} catch (error) {
  process.stdout.write(String(error.message).split('\\n')[0]);
  process.exitCode = 1;
}`;

/** What is wrong with a compiled addon, in a few words; `undefined` if it runs here and computes what it should. */
export function complaintAbout(file: string): string | undefined {
  const { status, signal, stdout, error } = spawnSync(process.execPath, ['-e', program, file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: 60_000,
  });
  if (status === 0) return undefined;
  if (error) return error.message;
  if (signal) return `it ends its process with ${signal}`;
  return stdout || `it ends its process with status ${status}`;
}
