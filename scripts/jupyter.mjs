// The kernel under Jupyter's own programs: `npm run test:jupyter`. Installs the kernelspec into a temporary folder,
// runs tests/jupyter/kernel_test.py, and lets nbconvert execute every chapter at size smoke, a notebook that fails,
// and one that fails behind an error that was expected.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const python = findPython();
mkdirSync(join(root, 'out'), { recursive: true });
const folder = mkdtempSync(join(root, 'out', 'jupyter-')); // in here the chapters find the workbook's own package
const searched = join(folder, 'share', 'jupyter');
const env = {
  ...process.env,
  JUPYTER_PATH: [searched, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter),
  PYTHONWARNINGS: 'ignore',
};
try {
  for (const name of ['workbook', 'tslab']) install(name);
  const results = [
    check('tests/jupyter/kernel_test.py', python, [join(root, 'tests', 'jupyter', 'kernel_test.py')], true),
    ...chapters().map((path) => check(`nbconvert ${basename(path)}`, ...nbconvert(path), true)),
    check('nbconvert of a notebook that fails', ...nbconvert(failing()), false),
    check('nbconvert of one that fails behind an expected error', ...nbconvert(failing('expected')), false),
  ];
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A Python that has Jupyter: Debian's first, since another one on PATH seldom does. */
function findPython() {
  const modules = 'jupyter_kernel_test, nbconvert';
  const found = ['/usr/bin/python3', 'python3', 'python'].find(
    (program) => spawnSync(program, ['-c', `import ${modules}`]).status === 0,
  );
  if (found) return found;
  console.error(
    `Cannot test the kernel under Jupyter: no Python here has ${modules} (Debian: apt-get install jupyter-nbconvert python3-jupyter-kernel-test).`,
  );
  process.exit(1);
}

function install(name) {
  const args = [
    join(root, 'dist', 'cli', 'main.js'),
    'kernel',
    'install',
    '--prefix',
    folder,
    '--name',
    name,
  ];
  if (spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0)
    throw new Error(`The kernel could not be installed as ${name}`);
}

/** Runs a program; says whether it went as expected. What it printed is shown only if not. */
function check(what, program, args, succeeds) {
  const start = Date.now();
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
  const good = (status === 0) === succeeds;
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  console.log(`${good ? 'ok' : 'FAILED'}: ${what}: exit status ${status} after ${seconds} s`);
  if (!good) console.log(`${stdout}${stderr}`);
  return good;
}

/** Executes a notebook and writes it beside itself. */
function nbconvert(path) {
  return [python, ['-m', 'nbconvert', '--to', 'notebook', '--execute', '--output', `${path}.executed`, path]];
}

/** Copies of the chapters whose parameter says smoke. */
function chapters() {
  const names = readdirSync(join(root, 'notebooks')).filter((name) => name.endsWith('.ipynb'));
  return names.map((name) => {
    const notebook = JSON.parse(readFileSync(join(root, 'notebooks', name), 'utf8'));
    const parameters = notebook.cells.find(({ metadata }) => metadata.tags?.includes('parameters'));
    const source = [parameters.source].flat().join('');
    parameters.source = source.replace(/let size: Size = '\w+'/, "let size: Size = 'smoke'");
    if (!parameters.source.includes("'smoke'")) throw new Error(`${name} has no parameter size`);
    return write(name, notebook);
  });
}

/** A notebook whose last cell fails, behind a cell with an error that its tag expects, or behind a good one. */
function failing(first = 'good') {
  const cell = (source, tags = []) => ({
    cell_type: 'code',
    execution_count: null,
    metadata: { tags },
    outputs: [],
    source,
  });
  const expected = cell("throw new Error('expected')", ['raises-exception']);
  return write(`failing-${first}.ipynb`, {
    cells: [first === 'expected' ? expected : cell('1 + 1'), cell("throw new Error('the last cell fails')")],
    metadata: { kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'tslab' } },
    nbformat: 4,
    nbformat_minor: 4,
  });
}

function write(name, notebook) {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}
