// Tries `workbook data submit --slurm` against a real Slurm: starts munged, slurmctld and slurmd of this machine in a
// folder of their own, submits a crawl as array jobs, kills one of its tasks, submits again, and compares the result,
// byte for byte, with that of one command. Needs Debian's packages slurm-wlm and munge, and root, and says so.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'dist/cli/main.js');
const { labelledCrawl, writeWarc } = await import(pathToFileURL(join(root, 'dist/index.js')).href);
const [pages, files, tasks] = [2000, 16, 8];

const sbin = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const isThere = (program) => spawnSync('which', [program], { env: sbin }).status === 0;
const missing = ['munged', 'slurmctld', 'slurmd', 'sbatch'].filter((program) => !isThere(program));
if (missing.length > 0) {
  console.log(
    `Slurm is not tried: ${missing.join(', ')} not found (Debian: apt-get install slurm-wlm munge).`,
  );
  process.exit(0);
}
if (process.getuid?.() !== 0) {
  console.log('Slurm is not tried: its daemons are started by root alone.');
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
chmodSync(folder, 0o755); // munged refuses folders that others can write to
const at = (...names) => join(folder, ...names);
const env = { ...sbin, SLURM_CONF: at('slurm.conf') };
const daemons = [];

/** Starts a daemon in the foreground; it is ended with the script. */
function start(program, ...args) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
  child.on('exit', (status) => {
    if (!child.expected) console.error(`${program} ended with ${status}; see ${folder}`);
  });
  daemons.push(child);
}

async function stopDaemons() {
  for (const child of daemons.reverse()) {
    child.expected = true;
    if (child.exitCode !== null) continue;
    child.kill('SIGTERM');
    for (let tries = 0; child.exitCode === null && child.signalCode === null && tries < 50; tries++)
      await wait(100);
    child.kill('SIGKILL');
  }
}

const run = (command, ...args) => execFileSync(command, args, { env, encoding: 'utf8' });
const jobs = (state) =>
  run('squeue', '--noheader', '--array', `--states=${state}`, '--format=%i %j %T').trim();

async function until(what, seconds, test) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await wait(300)) if (test()) return;
  throw new Error(`${what}: not within ${seconds} s`);
}

/** Every file below a folder with its content. */
function contents(below) {
  const names = readdirSync(below, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    names
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(below.length), readFileSync(path)]),
  );
}

function configure() {
  for (const name of ['munge', 'state', 'spool']) mkdirSync(at(name), { mode: 0o755 });
  writeFileSync(at('munge', 'key'), randomBytes(128), { mode: 0o400 });
  const host = hostname().split('.')[0];
  const settings = {
    ClusterName: 'tried',
    SlurmctldHost: `${host}(127.0.0.1)`,
    SlurmUser: 'root',
    SlurmdUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${at('munge', 'socket')}`,
    CredType: 'cred/munge',
    SlurmctldPort: 16817,
    SlurmdPort: 16818,
    StateSaveLocation: at('state'),
    SlurmdSpoolDir: at('spool'),
    SlurmctldPidFile: at('slurmctld.pid'),
    SlurmdPidFile: at('slurmd.pid'),
    SlurmctldLogFile: at('slurmctld.log'),
    SlurmdLogFile: at('slurmd.log'),
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    JobAcctGatherType: 'jobacct_gather/none',
    AccountingStorageType: 'accounting_storage/none',
    MpiDefault: 'none',
    SchedulerParameters: 'sched_interval=1,bf_interval=1',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_CPU',
    ReturnToService: 2,
    NodeName: `${host} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN`,
    PartitionName: `tried Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(env.SLURM_CONF, lines.join(''));
}

async function startSlurm() {
  configure();
  const munge = ['key-file', 'socket', 'pid-file', 'log-file', 'seed-file'].map(
    (name) => `--${name}=${at('munge', name.split('-')[0])}`,
  );
  start('munged', '--foreground', '--force', ...munge);
  await until(
    'munged',
    20,
    () => spawnSync('munge', ['-n', `--socket=${at('munge', 'socket')}`]).status === 0,
  );
  start('slurmctld', '-D', '-c', '-f', env.SLURM_CONF);
  start('slurmd', '-D', '-f', env.SLURM_CONF);
  await until('the node', 60, () =>
    /idle/.test(spawnSync('sinfo', ['--noheader', '--format=%t'], { env, encoding: 'utf8' }).stdout ?? ''),
  );
}

async function makeCrawl() {
  mkdirSync(at("a crawl's folder"));
  const all = [...labelledCrawl({ pages, seed: 5 })];
  const paths = [];
  for (let file = 0; file < files; file++) {
    paths.push(at("a crawl's folder", `crawl-${file}.warc.gz`));
    await writeWarc(
      paths[file],
      all.filter((_, nth) => nth % files === file),
    );
  }
  return paths;
}

try {
  const inputs = await makeCrawl();
  console.log(`${pages} pages in ${files} files.`);
  run(process.execPath, cli, 'data', 'run', ...inputs, '--out', at('alone'));
  console.log('One command: done.');
  await startSlurm();
  console.log(run('sinfo').trim());
  const out = at("the cluster's $(result) 100%");
  const submit = () =>
    run(
      process.execPath,
      cli,
      'data',
      'submit',
      '--slurm',
      ...inputs,
      '--out',
      out,
      '--tasks',
      `${tasks}`,
      '--partition',
      'tried',
      '--time',
      '30',
    ).trim();
  const status = () => spawnSync(process.execPath, [cli, 'data', 'status', out], { env, encoding: 'utf8' });
  console.log(submit());
  await until('a task of the filter', 60, () => /crawl-filter RUNNING/.test(jobs('RUNNING')));
  await wait(2000);
  const [victim] = jobs('RUNNING').split(' ');
  run('scancel', '--signal=KILL', '--full', victim);
  console.log(`Killed task ${victim}.`);
  await until(
    'the end of the jobs',
    600,
    () => jobs('all') === '' || jobs('PENDING,RUNNING,COMPLETING') === '',
  );
  console.log(status().stdout.trim());
  assert.equal(status().status, 1, 'the run is done although a task of it was killed');
  console.log(submit());
  await until('the end of the jobs', 900, () => jobs('PENDING,RUNNING,COMPLETING') === '');
  console.log(status().stdout.trim());
  assert.equal(status().status, 0, 'the run is not done');
  assert.deepEqual(contents(join(out, 'shards')), contents(at('alone', 'shards')));
  assert.deepEqual(readFileSync(join(out, 'manifest.json')), readFileSync(at('alone', 'manifest.json')));
  console.log(`Slurm's ${tasks} tasks and one command gave the same bytes.`);
  await stopDaemons();
  rmSync(folder, { recursive: true, force: true });
} catch (error) {
  console.error(error);
  console.error(`What Slurm wrote is in ${folder}.`);
  process.exitCode = 1;
} finally {
  await stopDaemons();
}
