import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** Which rooms a room may look into; arrows go one way. */
const mayImport: Arrows = {
  core: [],
  data: ['core'],
  tokenizer: ['core'],
  plot: ['core'],
  backend: ['core'],
  model: ['core', 'tokenizer', 'backend'],
  kernel: ['core', 'plot'],
  train: ['core', 'backend', 'model'],
  tasks: ['core', 'tokenizer'],
  chat: ['core', 'data', 'tokenizer', 'backend', 'model', 'tasks', 'train', 'sandbox'],
  align: ['core', 'tokenizer', 'backend', 'model', 'tasks', 'train', 'chat'],
  sandbox: ['core', 'kernel'],
  serve: ['core', 'tokenizer', 'backend', 'model', 'chat', 'evaluate'],
  workbook: ['core', 'kernel', 'sandbox'],
  evaluate: ['core', 'data', 'backend', 'tokenizer', 'model', 'tasks', 'train'],
  artifacts: ['core', 'data', 'tokenizer', 'plot', 'backend', 'model', 'tasks', 'train', 'evaluate', 'chat'],
  exercises: ['core', 'align', 'data', 'tokenizer', 'backend', 'model', 'tasks', 'train', 'evaluate', 'plot'],
  cli: [
    'core',
    'data',
    'tokenizer',
    'backend',
    'model',
    'train',
    'evaluate',
    'artifacts',
    'chat',
    'serve',
    'kernel',
    'sandbox',
    'workbook',
  ],
};

/** The same inside `data`: its folders, and `.` for the record and the line, which lie on top. */
const mayImportInData: Arrows = {
  '.': [],
  bytes: [],
  text: [],
  extract: ['.', 'text'],
  readers: ['.', 'bytes'],
  filters: ['.', 'bytes', 'extract', 'text'],
  dedup: ['.', 'text'],
  quality: ['.', 'text', 'extract', 'corpora', 'samples'],
  corpora: ['.'],
  samples: ['.', 'corpora', 'readers', 'dedup'],
  crawl: ['.', 'bytes', 'readers', 'extract', 'filters', 'dedup', 'quality'],
};

type Arrows = { readonly [room: string]: readonly string[] };

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** Every module that a file names, in imports of all kinds and in exports. */
function imported(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier!);
}

/** Files below `top` that look into a room, or a folder, that the map does not let theirs look into. */
function wrongArrows(top: string, map: Arrows): string[] {
  const roomOf = (file: string) => (file.includes(sep) ? file.split(sep)[0]! : '.');
  return files.flatMap((file) => {
    const inside = relative(top, file);
    if (inside.startsWith('..')) return [];
    const room = roomOf(inside);
    if (inside === 'index.ts') return []; // the door looks into every room
    assert.ok(room in map, `${file} lies in no room of the map`);
    return imported(file).flatMap((specifier) => {
      if (!specifier.startsWith('.')) return [];
      const target = relative(join(src, top), join(src, dirname(file), specifier));
      const other = roomOf(target);
      return target.startsWith('..') || other === room || map[room]!.includes(other)
        ? []
        : [`${file} imports ${specifier}`];
    });
  });
}

it('rooms import only what the map allows', () => {
  assert.deepEqual(wrongArrows('', mayImport), []);
});

it('folders of data import only what the map allows', () => {
  assert.deepEqual(wrongArrows('data', mayImportInData), []);
});

it('no folder has more than 20 neighbours', () => {
  const folders = new Map<string, number>();
  for (const file of files) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1);
  assert.ok(folders.size > 20);
  assert.deepEqual(
    [...folders].filter(([, neighbours]) => neighbours > 20),
    [],
  );
});

it('TensorFlow.js is taken from backend/tf.ts, and not by rooms that know nothing of tensors', () => {
  const tensorFree = ['core', 'data', 'tokenizer', 'tasks', 'plot', 'kernel', 'sandbox', 'workbook', 'cli'];
  const isTaken = (name: string) => name === '@tensorflow/tfjs' || name.endsWith('/tf.js');
  const takers = files.filter((file) => imported(file).some(isTaken));
  assert.ok(takers.length > 40);
  assert.deepEqual(
    takers.filter((file) => tensorFree.includes(file.split(sep)[0]!)),
    [],
  );
  const direct = files.filter((file) => imported(file).includes('@tensorflow/tfjs'));
  assert.deepEqual(direct, [join('backend', 'tf.ts')]);
});

it('the doors hold nothing but exports', () => {
  for (const file of files.filter((file) => basename(file) === 'index.ts' && !file.startsWith('kernel'))) {
    const door = readFileSync(join(src, file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
    assert.equal(door.replace(/export (type )?(\*|\{[^}]*\}) from '[^']+';/g, '').trim(), '', file);
  }
});

it('each room with a door is a sub-path of the package', () => {
  const { exports } = JSON.parse(readFileSync(join(src, '../package.json'), 'utf8')) as { exports: object };
  const whole = [...readFileSync(join(src, 'index.ts'), 'utf8').matchAll(/'\.\/([a-z]+)\//g)].map(
    ([, room]) => room!,
  );
  const paths = ['.', './package.json', './samples', ...whole.map((room) => `./${room}`)];
  assert.deepEqual(Object.keys(exports).sort(), paths.sort());
  const samples = (exports as { readonly './samples': { readonly default: string } })['./samples'];
  assert.equal(samples.default, './dist/data/samples/index.js'); // pages for chapters, off the door of data
  for (const room of whole)
    assert.deepEqual((exports as Record<string, unknown>)[`./${room}`], {
      types: `./dist/${room}/index.d.ts`,
      default: `./dist/${room}/index.js`,
    });
});
