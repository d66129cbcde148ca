import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configOf, recipeOptions } from '../../src/cli/data/options.js';
import { parseOptions } from '../../src/cli/options.js';
import {
  crawlConfig,
  documentsOf,
  partsIn,
  resultOf,
  temporaryFolder,
  writeCrawl,
} from '../data/crawl/crawl.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder('data');
const config = join(folder, 'config.json');
const bin = join(folder, 'bin');
let paths: readonly string[];

function data(...args: string[]) {
  const PATH = `${bin}${delimiter}${process.env.PATH}`;
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, PATH } } as const;
  return spawnSync(process.execPath, [cli, 'data', ...args], options);
}

before(async () => {
  ({ paths } = await writeCrawl(join(folder, "a crawl's folder"), { pages: 120, files: 2 }));
  writeFileSync(config, JSON.stringify({ ...crawlConfig, language: false })); // its model takes long to load
});

describe('workbook data', () => {
  it('run prints the funnel, and status says that all is done', () => {
    const { status, stdout, stderr } = data('run', ...paths, '--out', 'alone', '--config', config);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^ {2}URL +120 in, +1\d\d out, most for "/m);
    const alone = join(folder, 'alone');
    const shards = Object.keys(resultOf(alone)).length - 1; // beside the manifest
    const said = `\n${documentsOf(alone).length} documents in ${shards} shards: alone/manifest.json\n`;
    assert.ok(stdout.endsWith(said), stdout);
    assert.match(stderr, /^filter: 120 documents \(\d+.*, .* of .* MB \(.* MB\/s\), 0 s left$/m);
    const state = data('status', 'alone');
    const [stages, table] = state.stdout.split('\n\n');
    assert.equal(stages, 'filter: done\nsignatures: done\nbuckets: done\nclusters: done\nfinish: done');
    assert.match(table!, /^URL: 120 in, 1\d\d out; \d+ characters in, \d+ out$/m);
    assert.match(
      table!,
      /^ {2}blocked domain: \d+ \(\d+\.\d %\), \d+ characters\n {4}crawl-\d\.warc\.gz#\d+ \| https?:/m,
    );
    assert.equal(state.status, 0);
  });

  it('run, when interrupted, leaves nothing half-written, exits with 130, and goes on afterwards', {
    timeout: 60_000,
  }, async () => {
    const args = ['data', 'run', ...paths, '--out', 'stopped', '--config', config];
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const kept = join(folder, 'stopped', 'work', 'kept');
    const watch = setInterval(() => {
      if (!existsSync(kept)) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, 5);
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    clearInterval(watch);
    assert.equal(status, 130, errors);
    assert.equal(errors, 'Stopped; the same command goes on from here.\n');
    assert.deepEqual(partsIn(join(folder, 'stopped')), []);
    assert.equal(data('status', 'stopped').status, 1);
    assert.equal(data('run', '--out', 'stopped').status, 0);
    assert.deepEqual(resultOf(join(folder, 'stopped')), resultOf(join(folder, 'alone')));
  });

  it('puts what the command line says of the stages over what the file says', () => {
    const file = join(folder, 'some.json');
    writeFileSync(
      file,
      '{"minHash": {"buckets": 9}, "lineDuplicates": {"unit": "paragraph"}, "format": "jsonl"}',
    );
    const config = (args: string) => configOf(parseOptions(args.split(' '), recipeOptions).values);
    const words = '--text-field a.b --ids record --languages en,de --exact url,text --check-pairs 0.7';
    const more = '--lines --format parquet --quality m.json --decontaminate t.jsonl';
    assert.deepEqual(config(`--config ${file} ${words} ${more}`), {
      read: { textField: 'a.b', ids: 'record' },
      languages: { en: {}, de: {} },
      learnedQuality: { model: 'm.json' },
      decontamination: { file: 't.jsonl' },
      exactDuplicates: { by: ['url', 'text'] },
      minHash: { buckets: 9, minSimilarity: 0.7 },
      lineDuplicates: { unit: 'paragraph' },
      format: 'parquet',
    });
    assert.throws(() => config('--exact ,'), {
      message: 'Cannot use --exact ",": expected words with commas between them',
    });
  });

  it('refuses what makes no sense', () => {
    const says = (args: readonly string[], message: RegExp) => {
      const { status, stderr } = data(...args);
      assert.equal(status, 1);
      assert.match(stderr, message);
    };
    says(['walk'], /^Cannot run "data walk": expected data and one of get, run, tokenize, submit, status$/m);
    says(['run', 'a.warc'], /^Cannot start a run: name the folder of its result with --out$/m);
    says(
      ['run', 'a.warc', '--out', 'x', '--workers', 'two'],
      /^Cannot use --workers two: expected a whole number/m,
    );
    says(
      ['run', 'a.warc', '--out', 'x', '--tasks', '4'],
      /^Cannot start 4 tasks with one command: say with --rank/m,
    );
    says(['run', 'a.warc', '--out', 'x', '--config', 'no.json'], /^Cannot read options no\.json: ENOENT/m);
    says(['status', 'nowhere'], /^Cannot say how far the run in nowhere is: none was started there$/m);
    assert.ok(!existsSync(join(folder, 'x')));
  });

  it('submit --slurm writes scripts that do each rank, and asks for one stage after the other', {
    skip: process.platform === 'win32' && 'Slurm runs on Unix',
  }, () => {
    // A Slurm that runs each task at once; scripts/slurm.mjs tries a real one.
    mkdirSync(bin);
    const sbatch = `#!/bin/sh
for word; do printf '%s\\n' "$word"; last=$word; done >> '${folder}/asked'
n=$(($(cat '${folder}/jobs' 2>/dev/null || echo 40) + 1)); echo $n > '${folder}/jobs'
for rank in 0 1; do SLURM_ARRAY_TASK_ID=$rank sh "$last" >/dev/null 2>&1 || test $rank -gt 0 || exit 1; done
echo "$n;cluster"
`;
    writeFileSync(join(bin, 'sbatch'), sbatch, { mode: 0o755 });
    const out = join(folder, "the $(result) isn't 100%");
    const args = ['submit', '--slurm', ...paths, '--out', out, '--tasks', '2', '--config', config];
    const dry = data(...args, '--at-once', '1', '--partition', 'long one', '--dry-run');
    assert.match(dry.stdout, /^FILTER=\$\(sbatch --parsable --job-name=crawl-filter --array=0-1%1 /m);
    assert.match(
      dry.stdout,
      /^SIGNATURES=\$\(sbatch .* '--partition=long one' --dependency=afterok:\$FILTER /m,
    );
    assert.ok(!existsSync(join(folder, 'asked')));
    const { stdout, stderr } = data(...args);
    assert.equal(
      stdout,
      'filter: job 41\nsignatures: job 42\nbuckets: job 43\nclusters: job 44\nfinish: job 45\n',
      stderr,
    );
    const asked = readFileSync(join(folder, 'asked'), 'utf8').split('\n');
    const after = asked.filter((word) => word.startsWith('--dependency'));
    assert.deepEqual(
      after,
      [41, 42, 43, 44].map((job) => `--dependency=afterok:${job}`),
    );
    assert.ok(asked.includes(`--output=${out.replace('%', '%%')}/slurm/filter-%A_%a.log`));
    assert.deepEqual(resultOf(out), resultOf(join(folder, 'alone')));
    assert.equal(data(...args).stdout, 'All stages are done; nothing is submitted.\n');
  });
});
