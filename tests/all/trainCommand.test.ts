import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseOptions } from '../../src/cli/options.js';
import { settingOptions, settingsOf } from '../../src/cli/training/settings.js';
import { prepareTraining } from '../../src/cli/training/training.js';
import { loadTokenizer } from '../../src/tokenizer/files/bpeFile.js';
import { readTrainLog } from '../../src/train/run/trainLog.js';
import { openShards } from '../../src/train/shards/openShards.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'train-'));
after(() => rmSync(folder, { recursive: true }));

const inFolder = { cwd: folder, encoding: 'utf8' } as const;
const workbook = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], inFolder);
const refused = (args: string[], message: RegExp) => {
  const { status, stderr } = workbook(...args);
  assert.deepEqual([status, message.test(stderr)], [1, true], stderr);
  assert.ok(!stderr.includes('    at '), stderr);
};
const fast = ['--shape', 'gpt2,nLayer=1,nHead=2,nEmbd=16,blockSize=16', '--steps', '30', '--batch', '4'];
const text = (nth: number) =>
  `Document ${nth}: the whale, the sea and the ship number ${nth * 7}. `.repeat(3);

before(() => {
  const lines = Array.from({ length: 60 }, (_, nth) => JSON.stringify({ id: `${nth}`, text: text(nth) }));
  writeFileSync(join(folder, 'documents.jsonl'), `${lines.join('\n')}\n{"damaged\n`);
  const { status, stderr } = workbook(
    'data',
    'tokenize',
    'documents.jsonl',
    '--out',
    'tokens',
    '--shard-tokens',
    '5000',
  );
  assert.equal(status, 0, stderr);
});

describe('workbook data tokenize', () => {
  it('writes every document once, on one side, behind a separator, with the tokenizer beside', () => {
    const { decode, vocabSize, specialTokens } = loadTokenizer(join(folder, 'tokens', 'tokenizer.json'));
    const names = readdirSync(join(folder, 'tokens')).filter((name) => name.endsWith('.bin'));
    assert.ok(names.includes('train_000001.bin') && names.includes('val_000000.bin'), names.join());
    const side = (start: string) => {
      const paths = names
        .filter((name) => name.startsWith(start))
        .map((name) => join(folder, 'tokens', name));
      const tokens = openShards(paths, { vocabSize });
      const ids = tokens.shards.flatMap((shard) => [...Array.from(shard.read(0, shard.length))]);
      tokens.close();
      const separator = decode([specialTokens.get('<|endoftext|>')!]);
      const [nothing, ...texts] = decode(ids).split(separator);
      assert.equal(nothing, '');
      return texts;
    };
    const [train, validation] = [side('train'), side('val')];
    const all = Array.from({ length: 60 }, (_, nth) => text(nth));
    assert.deepEqual([...train, ...validation].sort(), [...all].sort());
    assert.ok(validation.length >= 1 && validation.length <= 10);
  });

  it("trains a tokenizer, writes nanoGPT's layout, and names the record that is damaged", () => {
    const args = ['--out', 'nano', '--vocab-size', '300', '--headerless'];
    const { status, stdout, stderr } = workbook('data', 'tokenize', 'documents.jsonl', ...args);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /documents\.jsonl, line 61/);
    assert.equal(loadTokenizer(join(folder, 'nano', 'tokenizer.json')).vocabSize, 300);
    const [, path, count] = /^(\S+train_000000\.bin): (\d+) tokens$/m.exec(stdout)!;
    assert.equal(readFileSync(join(folder, path!)).length, 2 * Number(count));
  });

  it('never writes over files of before unless it is told to', () => {
    refused(
      ['data', 'tokenize', 'documents.jsonl', '--out', 'tokens'],
      /tokens: tokenizer\.json is there; --overwrite/,
    );
    refused(['data', 'tokenize', '--out', 'new'], /no file is named/);
    refused(['data', 'tokenize', 'none.txt', '--out', 'new'], /none\.txt/);
    refused(['data', 'tokenize', 'documents.jsonl'], /name the folder of the result with --out/);
    refused(
      ['data', 'tokenize', 'a.txt', '--out', 'b', '--tokenizer', 'gpt2', '--vocab-size', '300'],
      /say one/,
    );
  });
});

describe('workbook train', () => {
  it('trains, measures, keeps model, tokenizer, settings and log, and generate goes on with a text', () => {
    const { status, stdout, stderr } = workbook('train', '--data', 'tokens', '--out', 'run', ...fast);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^30 steps in .*, 1920 tokens: run$/m);
    assert.match(stderr, /^step 30: validation loss \d/m);
    const log = readTrainLog(join(folder, 'run', 'log.jsonl'));
    assert.ok(log.length === 30 && log[29]!.validationLoss! < log[0]!.validationLoss!);
    const names = readdirSync(join(folder, 'run')).sort();
    assert.deepEqual(names, ['checkpoints', 'log.jsonl', 'model.safetensors', 'run.json', 'tokenizer.json']);
    const texts = ['1', '1', '2'].map(
      (seed) =>
        workbook('generate', '--model', 'run', '--prompt', 'The whale', '--tokens', '20', '--seed', seed)
          .stdout,
    );
    assert.ok(texts[0]!.startsWith('The whale') && texts[0]!.length > 10);
    assert.equal(texts[1], texts[0]);
    assert.notEqual(texts[2], texts[0]);
    assert.match(workbook('train', '--out', 'run').stdout, /run: all 30 steps are done/);
  });

  it('interrupted, keeps a checkpoint, exits with 130, and run again with --out alone ends as if it had not been', {
    timeout: 120_000,
  }, async () => {
    const args = [
      'train',
      '--data',
      'tokens',
      ...fast,
      '--steps',
      '400',
      '--order',
      'passes',
      '--validate-every',
      '100',
    ];
    assert.equal(workbook(...args, '--out', 'whole').status, 0);
    const child = spawn(process.execPath, [cli, ...args, '--out', 'stopped'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const log = join(folder, 'stopped', 'log.jsonl');
    const watch = setInterval(() => {
      if (!existsSync(log) || readFileSync(log, 'utf8').split('\n').length < 20) return;
      clearInterval(watch); // a second interrupt would end it at once
      child.kill('SIGINT');
    }, 5);
    const [status] = (await once(child, 'exit')) as [number];
    assert.equal(status, 130);
    const [kept] = readdirSync(join(folder, 'stopped', 'checkpoints'));
    assert.equal(kept, `step-${String(readTrainLog(log).length).padStart(8, '0')}.safetensors`);
    const { stdout, stderr } = workbook('train', '--out', 'stopped');
    assert.match(stdout, /^400 steps in/, stderr);
    const left = (run: string) => readFileSync(join(folder, run, 'model.safetensors'));
    assert.ok(left('stopped').equals(left('whole')));
    const losses = (run: string) => readTrainLog(join(folder, run, 'log.jsonl')).map(({ loss }) => loss);
    assert.deepEqual(losses('stopped'), losses('whole'));
  });

  it('takes its settings from a JSON file, under flags, and goes on only with those it began with', () => {
    const shape = {
      nLayer: 1,
      nHead: 2,
      nKvHead: 1,
      nEmbd: 16,
      blockSize: 16,
      feedForward: 'swiGlu',
      norm: 'rms',
    };
    const file = {
      data: ['tokens'],
      shape,
      steps: 4,
      batch: 2,
      learningRate: 0.01,
      schedule: 'wsd',
      documents: true,
    };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(file));
    const args = ['train', '--out', 'file', '--config', 'settings.json'];
    assert.equal(workbook(...args, '--batch', '3', '--accumulate', '2').status, 0);
    const log = readTrainLog(join(folder, 'file', 'log.jsonl'));
    assert.deepEqual([log.length, log[3]!.tokens], [4, 4 * 2 * 3 * 16]);
    const remembered = JSON.parse(readFileSync(join(folder, 'file', 'run.json'), 'utf8'));
    assert.deepEqual([remembered.batch, remembered.learningRate, remembered.schedule], [3, 0.01, 'wsd']);
    assert.match(workbook('train', '--out', 'file', '--steps', '6').stdout, /^6 steps/);
    refused(
      ['train', '--out', 'file', '--batch', '5'],
      /the run began with batch 3, got 5; name another folder/,
    );
    refused(
      ['train', '--out', 'file', '--data', 'nano', '--headerless'],
      /began with headerless none, got true/,
    );
    writeFileSync(join(folder, 'settings.json'), '{"lerningRate": 0.1}');
    refused(
      [...args, '--out', 'other'],
      /settings\.json: Unknown option --lerning-rate: did you mean --learning-rate/,
    );
    writeFileSync(join(folder, 'settings.json'), '{"steps": "many"}');
    refused([...args, '--out', 'other'], /settings\.json: Cannot use --steps many: expected a whole number/);
    writeFileSync(join(folder, 'settings.json'), '{"steps": ');
    refused([...args, '--out', 'other'], /Cannot read settings settings\.json: /);
    assert.ok(!existsSync(join(folder, 'other')));
  });

  it('says in one sentence what is missing or wrong, and leaves no folder behind', async () => {
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'text.bin'), 'no tokens at all');
    refused(['train', '--data', 'tokens'], /name the folder of the run with --out/);
    refused(['train', '--out', 'never'], /name files of tokens, or their folder, with --data/);
    const out = join(folder, 'never');
    const here = (name: string) => join(folder, name);
    const cases: [args: string[], message: RegExp][] = [
      [['--data', here('nowhere')], /Cannot read .*nowhere: there is no such file/],
      [['--data', here('empty')], /empty has no train files/],
      [['--data', here('text.bin'), '--shape', 'vocabSize=9'], /text\.bin: it has 16 bytes, and a header/],
      [['--data', here('text.bin')], /name a --tokenizer, or say vocabSize=N in --shape/],
      [['--data', here('tokens'), '--tokenizer', 'none.json'], /Cannot read none\.json/],
      [['--data', here('tokens'), '--shape', 'gtp2'], /Cannot use shape "gtp2": did you mean gpt2\?/],
      [
        ['--data', here('tokens'), '--shape', 'gpt2,nLayers=2'],
        /"nLayers" of --shape: did you mean nLayer\?/,
      ],
      [['--data', here('tokens'), '--shape', 'nHead=3'], /nHead 3 does not divide nEmbd 128/],
      [['--data', here('tokens'), '--shape', 'vocabSize=10'], /its tokenizer has 257 ids, vocabSize is 10/],
      [['--data', here('tokens'), '--shape', 'blockSize=90000'], /Cannot cut windows of 90000 tokens/],
      [['--data', here('tokens'), '--schedule', 'cosin'], /--schedule cosin: expected cosine, linear, wsd/],
      [['--data', here('tokens'), '--order', 'none'], /--order none: expected random or passes/],
      [['--data', here('tokens'), '--on-spike', 'no'], /--on-spike no: expected skip, stop or ignore/],
    ];
    for (const [args, message] of cases) {
      const settings = settingsOf(out, parseOptions(args, settingOptions).values, undefined);
      await assert.rejects(
        prepareTraining(out, settings, () => {}),
        { message },
      );
    }
    assert.ok(!existsSync(out));
  });
});

describe('workbook generate', () => {
  it('says in one sentence that there is no model, or no tokenizer', () => {
    refused(['generate'], /name a model with --model/);
    refused(['generate', '--model', 'never'], /never/);
    refused(['generate', '--model', 'empty'], /empty has no model and no checkpoint/);
  });
});
