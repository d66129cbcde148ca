import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { writeJsonl } from '../../src/data/readers/writeJsonl.js';
import { contamination } from '../../src/evaluate/contamination.js';
import { documentLosses } from '../../src/evaluate/documentLosses.js';
import { readHellaSwag } from '../../src/evaluate/hellaSwag.js';
import { choiceAccuracy, multipleChoice } from '../../src/evaluate/multipleChoice.js';
import { createParams } from '../../src/model/params.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { saveTokenizer } from '../../src/tokenizer/files/bpeFile.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { assertClose } from '../backend/compare.js';
import { all, testFolder } from '../data/readers/files.js';

const { folder, file } = testFolder('eval');
const tokenizer = byteTokenizer();
const config = { vocabSize: 257, blockSize: 64, nLayer: 1, nHead: 2, nEmbd: 16 };

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

function workbookEval(...args: string[]) {
  return spawnSync(process.execPath, [cli, 'eval', ...args], { encoding: 'utf8' });
}

/** What a command writes to standard output. */
function outputOf(...args: string[]): string {
  const { status, stdout, stderr } = workbookEval(...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

describe('workbook eval', async () => {
  await selectBackend();
  const params = createParams(config, createRandom(2));
  const model = join(folder, 'model');
  saveCheckpoint(join(model, 'model.safetensors'), { params });
  saveTokenizer(join(model, 'tokenizer.json'), tokenizer);
  const texts = [
    'The whale swam far out, past the ships and the lights of the town, and was gone.',
    'The sea.',
  ];
  const data = join(folder, 'data.jsonl');
  await writeJsonl(
    data,
    texts.map((text) => ({ text })),
  );
  const hellaswag = join(folder, 'hellaswag.jsonl');
  const item = { activity_label: 'Sailing', ctx_a: 'A man stands on deck.', ctx_b: 'he', ctx: '' };
  const endings = ['flies.', 'hoists the sail.', 'is a tree.', 'eats the moon and then the sun.'];
  await writeJsonl(
    hellaswag,
    [0, 1, 3].map((label) => ({ ...item, endings, label })),
  );
  const train = file('train.txt', `Long ago ${texts[0]!.toLowerCase()} It did not come back.`);

  it('measures bits per byte, accuracy and contamination, as the library does', async () => {
    const args = ['--model', model, '--data', data, '--hellaswag', hellaswag, '--train', train, '--json'];
    const report = JSON.parse(outputOf(...args));
    const losses = await all(documentLosses(params, tokenizer, texts));
    const [nats, tokens] = [losses[0]!.nats + losses[1]!.nats, losses[0]!.tokens + losses[1]!.tokens];
    const [measured] = report.texts;
    assert.deepEqual([measured.texts, measured.tokens, measured.bytes], [2, tokens, tokens]);
    assertClose(
      [measured.natsPerToken, measured.bitsPerByte],
      [nats / tokens, nats / tokens / Math.LN2],
      1e-4,
    );
    const scores = await all(multipleChoice(params, tokenizer, readHellaSwag(hellaswag)));
    assert.deepEqual(report.hellaSwag, { file: hellaswag, ...choiceAccuracy(scores) });
    const items = await all(readHellaSwag(hellaswag));
    const rights = items.map(({ context, endings, answer }) => context + endings[answer]);
    const training = [`Long ago ${texts[0]!.toLowerCase()} It did not come back.`];
    for (const [nth, options] of [{}, { unit: 'characters' }].entries()) {
      const found = report.contamination[nth];
      const { runs, share } = await contamination(training, texts, options as object);
      assert.deepEqual([found.runs, found.share, found.texts], [runs, share, 2]);
    }
    assert.equal(
      report.contamination[3].runs,
      (await contamination(training, rights, { unit: 'characters' })).runs,
    );
    assert.deepEqual([report.contamination[0].touched, report.contamination[0].share], [1, 1]);
  });

  it('says it in lines, and reads no more than it is asked to', async () => {
    const lines = outputOf(
      '--model',
      join(model, 'model.safetensors'),
      '--data',
      data,
      '--hellaswag',
      hellaswag,
      '--limit',
      '1',
    );
    assert.match(
      lines,
      /data\.jsonl: \d\.\d{4} bits per byte, 5\.\d{4} nats per token \(1 text, 80 tokens\)\n/,
    );
    assert.match(lines, /hellaswag\.jsonl: accuracy on 1 item, where guessing gets 25\.0 %\n {2}plain +\d/);
    assert.match(
      outputOf('--data', data, '--train', train),
      /data\.jsonl: 100\.0 % of its rows of 13 words stand in .* and touch 1 of 2 texts\n/,
    );
  });

  it('passes over what is damaged, and refuses files with nothing to measure and commands that ask nothing', async () => {
    const damaged = file('damaged.jsonl', '{"text":"The sea."}\nnot json\n');
    assert.match(outputOf('--model', model, '--data', damaged), /\(1 text, 8 tokens\)/);
    const empty = file('empty.jsonl', '{"text":""}\n');
    const refused = [
      [['--model', model, '--data', empty], /empty\.jsonl: it holds no text\n$/],
      [['--model', model], /name texts with --data/],
      [['--data', data], /name a model with --model, or training text/],
      [['--model', join(folder, 'none'), '--data', data], /there is no .*none\n$/],
    ] as const;
    for (const [args, message] of refused) {
      const { status, stdout, stderr } = workbookEval(...args);
      assert.deepEqual([status, stdout], [1, '']);
      assert.match(stderr, message);
    }
  });
});
