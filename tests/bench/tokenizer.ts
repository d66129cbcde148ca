/**
 * Encoding of English beside js-tiktoken and gpt-tokenizer, a long run of one letter, and training on the real texts,
 * on one core. Encoders take turns, so that a busy machine slows all of them.
 */
import { createRequire } from 'node:module';
import { GptEncoding } from 'gpt-tokenizer/GptEncoding';
import { Tiktoken } from 'js-tiktoken/lite';
import { corpusNames, readCorpus } from '../../dist/data/corpora/corpora.js';
import { tiktokenTokenizer } from '../../dist/tokenizer/files/tiktoken.js';
import { trainBpe } from '../../dist/tokenizer/trainBpe.js';
import { type Measurement, median } from './measurement.js';

const require = createRequire(import.meta.url);
const rounds = 9;

export async function measureTokenizer(): Promise<Measurement[]> {
  const rows = [...encoding('gpt2'), ...encoding('cl100k_base'), ...encoding('o200k_base')];
  return [...rows, oneLetter(), ...training()];
}

/** Megabytes of UTF-8 a second, for the 1.2 MB of Moby-Dick, chapter by chapter. */
function encoding(name: 'gpt2' | 'cl100k_base' | 'o200k_base'): Measurement[] {
  const texts = readCorpus('moby-dick').map(({ text }) => text);
  const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
  const ours = tiktokenTokenizer(name);
  const js = new Tiktoken(require(`js-tiktoken/ranks/${name}`));
  const gpt = GptEncoding.getEncodingApi(
    name === 'gpt2' ? 'r50k_base' : name,
    () => require(`gpt-tokenizer/cjs/bpeRanks/${name === 'gpt2' ? 'r50k_base' : name}`).default,
  );
  const encoders = {
    ours: ours.encode,
    'js-tiktoken 1.0.21': (text: string) => js.encode(text, [], []),
    'gpt-tokenizer 4.0.0': (text: string) => gpt.encode(text),
  };
  const all = (encode: (text: string) => number[]) => () => {
    for (const text of texts) encode(text);
  };
  const first = seconds(all(ours.encode));
  const speeds = new Map(Object.keys(encoders).map((who) => [who, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [who, encode] of Object.entries(encoders)) {
      speeds.get(who)!.push(megabytes / seconds(all(encode)));
    }
  }
  const value = median(speeds.get('ours')!);
  const rows = Object.keys(encoders)
    .slice(1)
    .map((peer) => ({
      name: `tokenizer: ${name}, English`,
      value,
      unit: 'MB/s',
      peer,
      peerValue: median(speeds.get(peer)!),
    }));
  return [...rows, { name: `tokenizer: ${name}, the first time`, value: megabytes / first, unit: 'MB/s' }];
}

/** A million equal letters; js-tiktoken, which takes hours for them, gets a thousand. */
function oneLetter(): Measurement {
  const { encode } = tiktokenTokenizer('cl100k_base');
  const js = new Tiktoken(require('js-tiktoken/ranks/cl100k_base'));
  const times = Array.from({ length: 5 }, () => seconds(() => encode('a'.repeat(1_000_000))));
  const theirs = Array.from({ length: 5 }, () => seconds(() => js.encode('a'.repeat(1000), [], [])));
  return {
    name: 'tokenizer: a million times one letter',
    value: 1000 * median(times),
    unit: 'ms',
    peer: 'js-tiktoken, a thousand times',
    peerValue: 1000 * median(theirs),
  };
}

/** A vocabulary of 32,768 from all texts that the workbook has. */
function training(): Measurement[] {
  const texts = corpusNames.flatMap((name) => readCorpus(name).map(({ text }) => text));
  const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
  const times = Array.from({ length: 3 }, () => seconds(() => trainBpe(texts, { vocabSize: 32_768 })));
  return [{ name: `tokenizer: 32,768 ids of ${megabytes.toFixed(1)} MB`, value: median(times), unit: 's' }];
}

function seconds(run: () => void): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}
