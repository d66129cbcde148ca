/** What is fed with damaged input: how a sound input looks, and what reading a damaged one must come to. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { tarFiles } from '../../dist/data/bytes/tarFiles.js';
import { articlePage, pagesOfCorpus } from '../../dist/data/samples/index.js';
import {
  disposeParams,
  extractText,
  loadGguf,
  loadHuggingFace,
  loadHuggingFaceTokenizer,
  loadTiktokenTokenizer,
  openShards,
  readConversationItems,
  readDocumentItems,
  readOasstItems,
  readParquetItems,
  readSafetensors,
  readWarcItems,
  readWetItems,
  saveHuggingFace,
  saveHuggingFaceTokenizer,
  saveTiktokenTokenizer,
  selectBackend,
  sequentialBatches,
  type TensorToWrite,
  trainBpe,
  writeSafetensors,
  writeShard,
  writeWarc,
} from '../../dist/index.js';
import { configs, drawnParams } from '../model/files/drawnModel.js';
import { ggufBytes } from '../model/files/ggufBytes.js';
import { ggufMetadata, ggufTensors } from '../model/files/ggufOf.js';

/** A kind of input. */
export interface Subject {
  /** Sound inputs; what is `packed` is gzipped after it was damaged. */
  readonly seeds: (folder: string) => Promise<{ readonly bytes: Buffer; readonly packed?: boolean }[]>;
  /** Whether a seed may be refused, as it is not of every kind that is read; default no. */
  readonly isMixed?: boolean;
  /**
   * Reads a file; answers how often something was refused, and throws where a refusal does not name the file and the
   * place in it, or is no refusal but a fault.
   */
  readonly read: (path: string) => Promise<number>;
}

/** A sentence that names the file, and a record, row, line or key unless the file as a whole is of another kind. */
function isNamed(message: string, path: string, place: RegExp): void {
  assert.ok(message.includes(path), `no file in: ${message}`);
  assert.match(message.replace(path, 'FILE'), place);
  assert.ok(
    message.length < 1000 && !/TypeError|RangeError|is not a function|Cannot read prop/.test(message),
    message,
  );
}

/** Counts what was refused among items, and in what was thrown; no file of some bytes may end without a word. */
async function refusals(
  items: AsyncIterable<{ readonly kind: string; readonly message?: string }>,
  path: string,
  record: RegExp,
  whole: RegExp,
): Promise<number> {
  let refused = 0;
  let isSilent = statSync(path).size > 0;
  try {
    for await (const item of items) {
      isSilent = false;
      if (item.kind !== 'problem') continue;
      refused++;
      isNamed(item.message ?? '', path, record);
    }
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error instanceof Error ? error.stack : error));
    isNamed(error.message, path, whole);
    isSilent = false;
    refused++;
  }
  assert.ok(!isSilent, 'it ended without a word');
  return refused;
}

const http = (headers: string, body: Uint8Array) =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`), body]);

function record(type: string, body: Uint8Array): Buffer {
  const head = `WARC/1.0\r\nWARC-Type: ${type}\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n\r\n')]);
}

const html = () => pagesOfCorpus('sotu', 3).map((page) => String(page.html));

const warc: Subject = {
  seeds: async (folder) => {
    const path = join(folder, 'seed.warc.gz');
    const pages = html().map((text, nth) => ({ url: `https://a.example/${nth}`, html: text.slice(0, 4000) }));
    await writeWarc(path, pages);
    const plain = join(folder, 'seed.warc');
    await writeWarc(plain, pages);
    const body = Buffer.from(pages[0]!.html);
    const chunked = Buffer.from('5\r\n<p>he\r\n7\r\nllo</p>\r\n0\r\n\r\n');
    const odd = Buffer.concat([
      record('response', http('Transfer-Encoding: chunked', chunked)),
      record('response', http('Content-Encoding: gzip', gzipSync(body))),
      record('response', http('Content-Encoding: br', brotliCompressSync(body))),
      record('response', http('Content-Type: text/html; charset=shift_jis', body)),
      record('conversion', Buffer.from('Only text.')),
    ]);
    const bytes = readFileSync(plain);
    return [
      { bytes: readFileSync(path) },
      { bytes },
      { bytes: odd },
      { bytes, packed: true },
      { bytes: odd, packed: true },
    ];
  },
  read: async (path) => {
    const [place, whole] = [/^FILE, record \d+: ./, /^Cannot read FILE: expected a/];
    const maxBytes = 2 ** 22;
    return (
      (await refusals(readWarcItems(path, { maxBytes }), path, place, whole)) +
      (await refusals(readWetItems(path, { maxBytes }), path, place, whole))
    );
  },
};

const arc: Subject = {
  seeds: async () => {
    const line = (url: string, bytes: Uint8Array) =>
      Buffer.concat([
        Buffer.from(`${url} 203.0.113.9 20091225103000 text/html ${bytes.length}\n`),
        bytes,
        Buffer.from('\n'),
      ]);
    const body = (text: string) => http('Content-Type: text/html', Buffer.from(text.slice(0, 4000)));
    const head = Buffer.from(
      '1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n',
    );
    const records = [
      line('filedesc://seed.arc', head),
      ...html().map((text, nth) => line(`https://a.example/${nth}`, body(text))),
    ];
    const bytes = Buffer.concat(records);
    return [
      { bytes },
      { bytes: Buffer.concat(records.map((one) => gzipSync(one))) },
      { bytes, packed: true },
    ];
  },
  read: async (path) => {
    const named = `${path}.arc`;
    copyFileSync(path, named);
    return refusals(
      readWarcItems(named, { maxBytes: 2 ** 22 }),
      named,
      /^FILE, record \d+: ./,
      /^Cannot read FILE: expected an/,
    );
  },
};

const pages: Subject = {
  seeds: async () => [
    ...html().map((page) => ({ bytes: Buffer.from(page.slice(0, 20_000)) })),
    {
      bytes: Buffer.from(
        articlePage('Loomings', 'Call me Ishmael. Some years ago I thought I would sail about a little.'),
      ),
    },
    {
      bytes: Buffer.from(
        '<table><tr><td><svg><title>a</title></svg><script>if (a<b) {}</script><!-- c --></table>&#x110000;',
      ),
    },
  ],
  read: async (path) => {
    const found = extractText(readFileSync(path, 'utf8'));
    assert.ok(
      found.found ? found.text.length > 0 : /^[\w ]{5,60}$/.test(found.reason),
      JSON.stringify(found),
    );
    return found.found ? 0 : 1;
  },
};

const parquet: Subject = {
  seeds: async () => {
    const text = Array.from({ length: 60 }, (_, nth) => `text ${nth} ${'whale '.repeat(nth)}`);
    const columnData = [
      { name: 'text', data: text, type: 'STRING' as const },
      { name: 'id', data: text.map((_, nth) => `<${nth}>`), type: 'STRING' as const },
      { name: 'language', data: text.map(() => 'en'), type: 'STRING' as const },
      { name: 'score', data: text.map((_, nth) => nth / 60), type: 'DOUBLE' as const },
      { name: 'count', data: text.map((_, nth) => (nth % 5 ? BigInt(nth) : null)), type: 'INT64' as const },
    ];
    return (['SNAPPY', 'UNCOMPRESSED'] as const).map((codec) => ({
      bytes: Buffer.from(parquetWriteBuffer({ columnData, codec, rowGroupSize: 20 })),
    }));
  },
  read: (path) => {
    const options = { maxBytes: 2 ** 20, maxGroupBytes: 2 ** 22, seconds: 4 };
    return refusals(
      readParquetItems(path, options),
      path,
      /^FILE, rows \d+ to \d+: ./,
      /^Cannot read FILE: expected a parquet/,
    );
  },
};

/** Reads the file under a name that tells its kind; a message names that one. */
async function refusalsAs(
  path: string,
  ending: string,
  read: (path: string) => AsyncIterable<{ readonly kind: string; readonly message?: string }>,
): Promise<number> {
  const named = `${path}${ending}`;
  copyFileSync(path, named);
  const place = /^FILE(, (line|document|record) \d+)?: ./;
  return refusals(read(named), named, place, place);
}

/** A line of each kind that the readers of rows know. */
const rows = () => {
  const message = { message_id: 'a', text: 'Why?', role: 'prompter', lang: 'en' };
  const reply = { message_id: 'b', parent_id: 'a', text: 'Because.', role: 'assistant', rank: 0 };
  return [
    { id: 'one', text: 'The whale.', metadata: { year: 1851 }, url: 'https://a.example/' },
    {
      messages: [
        { role: 'user', content: 'Hi!' },
        { role: 'assistant', content: 'Hello.' },
      ],
    },
    { id: '7', data: ['Hi!', 'Hello.'] },
    message,
    reply,
    { message_tree_id: 'a', tree_state: 'ready_for_export', prompt: { ...message, replies: [reply] } },
  ];
};

/** Lines as they are, with a member each or all in one, and with zeros behind. */
const lines: Subject = {
  seeds: async () => {
    const texts = rows().map((row) => `${JSON.stringify(row)}\n`);
    const plain = Buffer.from(texts.join(''));
    const members = Buffer.concat(texts.map((text) => gzipSync(text)));
    return [
      { bytes: plain },
      { bytes: gzipSync(plain) },
      { bytes: members },
      { bytes: Buffer.concat([members, Buffer.alloc(40)]) },
      { bytes: readFileSync(fileURLToPath(new URL('../data/fixtures/lines.jsonl.zst', import.meta.url))) },
    ];
  },
  isMixed: true, // what is no document is a conversation
  read: async (path) => {
    const first = readFileSync(path)[0];
    const ending = first === 0x1f ? '.jsonl.gz' : first === 0x28 ? '.jsonl.zst' : '.jsonl';
    const maxBytes = 2 ** 20;
    return (
      (await refusalsAs(path, ending, (name) => readDocumentItems(name, { maxBytes }))) +
      (await refusalsAs(path, ending, (name) => readConversationItems(name, { maxBytes }))) +
      (await refusalsAs(path, ending, (name) => readOasstItems(name, { maxBytes }))) +
      (await refusalsAs(path, ending.replace('jsonl', 'txt'), (name) =>
        readDocumentItems(name, { maxBytes, split: 'blank line' }),
      ))
    );
  },
};

const tar: Subject = {
  seeds: async (folder) => {
    const input = join(folder, 'in', `${'a-very-long-folder-name/'.repeat(8)}adult`);
    mkdirSync(input, { recursive: true });
    writeFileSync(join(input, 'domains'), 'bad.example\n'.repeat(200));
    return ['gnu', 'ustar', 'pax'].map((format) => {
      const { stdout } = spawnSync('tar', [`--format=${format}`, '-cf', '-', '-C', folder, 'in']);
      return { bytes: stdout };
    });
  },
  read: async (path) => {
    try {
      for await (const { content } of tarFiles([readFileSync(path)], () => true, 2 ** 22))
        assert.ok(content.length <= 2 ** 22);
      return 0;
    } catch (error) {
      assert.ok(error instanceof SyntaxError, String(error instanceof Error ? error.stack : error));
      assert.match(
        error.message,
        /^(expected (the header of a file|at most \d+ bytes)|it ends in the middle of )/,
      );
      return 1;
    }
  },
};

/** A file of a tokenizer: it loads and works, or is refused. */
const tokenizer = (
  save: (path: string) => void,
  load: (path: string) => { encode: (text: string) => number[]; decode: (ids: number[]) => string },
  place: RegExp,
): Subject => ({
  seeds: async (folder) => {
    const path = join(folder, 'seed');
    save(path);
    return [{ bytes: readFileSync(path) }];
  },
  read: async (path) => {
    let loaded: ReturnType<typeof load>;
    try {
      loaded = load(path);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, String(error instanceof Error ? error.stack : error));
      isNamed(error.message, path, place);
      return 1;
    }
    assert.equal(loaded.decode(loaded.encode('the whale é 🐳 12')), 'the whale é 🐳 12');
    return 0;
  },
});

/** Files of tokens, of two and of four bytes each: all ids are read, or something is refused. */
const tokens: Subject = {
  seeds: async (folder) => {
    const path = join(folder, 'seed');
    const ids = Array.from({ length: 300 }, (_, nth) => (nth * 7) % 300);
    return [300, 100_000].map((vocabSize) => {
      writeShard(path, ids, { vocabSize });
      return { bytes: readFileSync(path) };
    });
  },
  read: async (path) => {
    let opened: ReturnType<typeof openShards> | undefined;
    try {
      opened = openShards([path], { vocabSize: 300 });
      for (const batch of sequentialBatches(opened, { batchSize: 4, length: 8 }))
        assert.ok(Array.from(batch.inputs).every((id) => id >= 0 && id < 300));
      return 0;
    } catch (error) {
      if (error instanceof RangeError) assert.match(error.message, /^Cannot cut windows of 8 tokens/);
      else {
        assert.ok(error instanceof SyntaxError, String(error instanceof Error ? error.stack : error));
        isNamed(error.message, path, /^Cannot read tokens of FILE: ./);
      }
      return 1;
    } finally {
      opened?.close();
    }
  },
};

const small = () =>
  trainBpe(['the whale and the sea and the whale é 🐳 aaaa'], { vocabSize: 290, minCount: 1 });
const key =
  /^Cannot read tokenizer FILE: (it is not JSON|added_tokens: |model: |expected (the file|model|pre_tokenizer|post_processor|decoder|normalizer|added_tokens))/;

/** A file or folder of a model: it loads, or is refused by its name and the place in it. */
const modelFile = (
  seeds: (folder: string) => Buffer[],
  load: (path: string) => void,
  place: RegExp,
  named: (path: string) => string = (path) => path,
): Subject => ({
  seeds: async (folder) => {
    await selectBackend({ name: 'cpu' });
    return seeds(folder).map((bytes) => ({ bytes }));
  },
  read: async (path) => {
    try {
      load(path);
      return 0;
    } catch (error) {
      assert.ok(error instanceof SyntaxError, String(error instanceof Error ? error.stack : error));
      isNamed(error.message, named(path), place);
      return 1;
    }
  },
});

const safetensors = modelFile(
  (folder) => {
    const path = join(folder, 'seed.safetensors');
    const data = Float32Array.from({ length: 600 }, (_, at) => at);
    const tensors = new Map<string, TensorToWrite>([
      ['wte.weight', { shape: [20, 30], data }],
      ['half', { shape: [600], data, dtype: 'F16' }],
      ['brain', { shape: [2, 300], data, dtype: 'BF16' }],
      ['ids', { shape: [3], data: Int32Array.of(1, 2, 3) }],
    ]);
    writeSafetensors(path, { tensors, metadata: { config: '{"nLayer":2}', step: '7' } });
    return [readFileSync(path)];
  },
  readSafetensors,
  /^Cannot read (tensor .* of )?FILE: ./s,
);

const gguf = modelFile(
  () => {
    const params = ['GPT-2', 'Llama'].map((name) => drawnParams(configs[name]!));
    return params.map((params) => ggufBytes(ggufMetadata(params, small()), ggufTensors(params)));
  },
  (path) => disposeParams(loadGguf(path).params),
  /^Cannot (read|load) (tensor .* of )?FILE: ./s,
);

/** The folder of a model of which one file is damaged. */
const folderOf = (path: string): string => `${path}-folder`;

const folderFile = (file: string): Subject =>
  modelFile(
    (folder) => {
      const path = join(folder, 'input.bin');
      const params = drawnParams(configs['Llama with a tied head and scaled positions']!);
      const model = { params, tokenizer: small(), stopIds: [3], sampling: { temperature: 0.7 } };
      saveHuggingFace(folderOf(path), model, { shardBytes: 20_000 });
      return [readFileSync(join(folderOf(path), file))];
    },
    (path) => {
      copyFileSync(path, join(folderOf(path), file));
      disposeParams(loadHuggingFace(folderOf(path)).params);
    },
    /^Cannot (read|load) (tensor .* of )?FILE./s,
    folderOf,
  );

export const subjects = {
  WARC: warc,
  ARC: arc,
  HTML: pages,
  parquet,
  rows: lines,
  tar,
  '.tiktoken': tokenizer(
    (path) => saveTiktokenTokenizer(path, small()),
    (path) => loadTiktokenTokenizer(path, { split: 'gpt4' }),
    /^Cannot read tokenizer FILE: line \d+: expected .+, got /,
  ),
  'tokenizer.json': tokenizer(
    (path) => saveHuggingFaceTokenizer(path, small()),
    loadHuggingFaceTokenizer,
    key,
  ),
  safetensors,
  GGUF: gguf,
  'config.json': folderFile('config.json'),
  'model.safetensors.index.json': folderFile('model.safetensors.index.json'),
  'generation_config.json': folderFile('generation_config.json'),
  tokens,
} satisfies { readonly [name: string]: Subject };

export type SubjectName = keyof typeof subjects;
