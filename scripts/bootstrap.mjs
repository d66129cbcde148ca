// Makes a fresh clone ready, then runs the script it is given: installs with `npm ci` when the lock file
// changed, compiles `src/` when a source changed, and says each in one line. Plain JavaScript on Node's own
// modules, since it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `llm-workbook needs Node 20.19 or later: this is Node ${process.versions.node} (${process.execPath}).`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Every file below `folder`, in a stable order. */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

function hashOf(files) {
  const hash = createHash('sha256').update(process.versions.modules);
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** Runs `make` unless the stamp says that it ran for the same `key`; the stamp is written last. */
function fresh(stamp, key, what, make) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  const start = Date.now();
  process.stderr.write(`${what} …\n`);
  rmSync(stamp, { force: true });
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(`${stamp}.part`, key);
  renameSync(`${stamp}.part`, stamp);
  process.stderr.write(`${what}: done in ${((Date.now() - start) / 1000).toFixed(0)} s\n`);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (status !== 0)
    fail(`\`${[command, ...args].join(' ')}\` failed (${error?.message ?? `exit ${status}`}).`);
}

function install() {
  const lock = join(root, 'package-lock.json');
  if (!existsSync(lock)) return; // an installed package: npm has done this already
  fresh(join(root, 'node_modules', '.llm-workbook-install'), hashOf([lock]), 'Installing packages', () =>
    // npm is a script of the Node that runs us where npm started us; a shell finds it otherwise (npm.cmd on Windows).
    process.env.npm_execpath?.endsWith('.js')
      ? run(process.execPath, [process.env.npm_execpath, 'ci', '--no-audit', '--no-fund', '--loglevel=error'])
      : run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
          shell: process.platform === 'win32',
        }),
  );
}

function build() {
  const sources = [
    ...filesBelow(join(root, 'src')),
    join(root, 'tsconfig.json'),
    join(root, 'package-lock.json'),
  ];
  fresh(join(root, 'dist', '.stamp'), hashOf(sources), 'Compiling src/', () => {
    const next = join(root, 'dist.part'); // the last good build stays until this one is whole
    rmSync(next, { recursive: true, force: true });
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--outDir', next]);
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    renameSync(next, join(root, 'dist'));
  });
}

/** Compiles the native backend where there is a compiler. Without one the workbook is whole, and slower. */
async function buildNative() {
  const { builtAddon } = await import(pathToFileURL(join(root, 'dist/backend/native/build.js')).href);
  const start = Date.now();
  let built = false;
  try {
    builtAddon({
      onBuild: () => {
        built = true;
        process.stderr.write('Compiling the native backend …\n');
      },
    });
    const seconds = ((Date.now() - start) / 1000).toFixed(0);
    if (built) process.stderr.write(`Compiling the native backend: done in ${seconds} s\n`);
  } catch (error) {
    process.stderr.write(`Without the native backend, wasm does the training: ${error.message}.\n`);
  }
}

checkNode();
install();
build();
await buildNative();

const [script, ...args] = process.argv.slice(2);
if (script) {
  // An interrupt reaches the script as well: it ends in its own way, and only then do we.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  const child = spawnSync(process.execPath, [join(root, script), ...args], { stdio: 'inherit' });
  process.exit(child.status ?? 1);
}
