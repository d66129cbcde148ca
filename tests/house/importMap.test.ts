import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** Which rooms a room may look into; arrows go one way. */
const mayImport: { readonly [room: string]: readonly string[] } = {
  core: [],
  data: ['core'],
  tokenizer: ['core'],
  plot: ['core'],
  backend: ['core'],
  model: ['core', 'backend', 'tokenizer'],
  train: ['core', 'backend', 'tokenizer', 'model'],
  evaluate: ['core', 'backend', 'tokenizer', 'model', 'train'],
  exercises: ['core', 'data', 'tokenizer', 'backend', 'model', 'train', 'evaluate', 'plot'],
  kernel: ['core', 'plot'],
  workbook: ['core', 'kernel'],
  cli: ['core', 'data', 'kernel', 'workbook'],
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** Every module that a file names, in imports of all kinds and in exports. */
function imported(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier!);
}

it('rooms import only what the map allows', () => {
  const wrong = files.flatMap((file) => {
    const room = file.split(sep)[0]!;
    if (room === 'index.ts') return [];
    assert.ok(room in mayImport, `${file} lies in no room of the map`);
    return imported(file).flatMap((specifier) => {
      if (!specifier.startsWith('.')) return [];
      const other = relative(src, join(src, dirname(file), specifier)).split(sep)[0]!;
      return other === room || mayImport[room]!.includes(other) ? [] : [`${file} imports ${specifier}`];
    });
  });
  assert.deepEqual(wrong, []);
});

it('rooms that know nothing of tensors do not import TensorFlow.js', () => {
  const tensorFree = ['core', 'data', 'tokenizer', 'plot', 'kernel', 'workbook', 'cli'];
  const wrong = files.filter(
    (file) =>
      tensorFree.includes(file.split(sep)[0]!) &&
      imported(file).some((name) => name.startsWith('@tensorflow')),
  );
  assert.deepEqual(wrong, []);
});

it('the public door holds nothing but exports', () => {
  const door = readFileSync(join(src, 'index.ts'), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
  assert.equal(door.replace(/export (type )?(\*|\{[^}]*\}) from '[^']+';/g, '').trim(), '');
});
