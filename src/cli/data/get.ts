/** `workbook data get`: downloads a file, with its progress on one line; run again, it goes on where it ended. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type Progress, progressLine } from '../../core/progress.js';
import { download } from '../../data/bytes/download.js';
import { fileName, hubUrl } from '../../data/bytes/hub.js';
import type { Command } from '../command.js';
import { statusLine } from '../status.js';

export const command: Command = {
  usage: 'get URL|hf://datasets/OWNER/NAME/PATH [FILE] [--sha256 DIGITS] [--bytes N]',
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { sha256: { type: 'string' }, bytes: { type: 'string' } },
    });
    const [source, given, more] = positionals;
    if (!source || more !== undefined)
      throw new Error('Cannot download: expected an address, and a file if need be');
    const path = given ?? nameOf(source);
    const bytes = values.bytes === undefined ? undefined : wholeNumber(values.bytes);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => stop.abort(new Error('Stopped; the same command goes on from here.')));
    const status = statusLine();
    const done = await download(source, path, {
      signal: stop.signal,
      ...(values.sha256 !== undefined && { sha256: values.sha256 }),
      ...(bytes !== undefined && { bytes }),
      onProgress: (progress) =>
        status.update(`${basename(path)}: ${progressLine(inMegabytes(progress), 'MB')}`),
    }).finally(() => status.close());
    process.stdout.write(`${done.path}: ${done.bytes} bytes, SHA-256 ${done.sha256}\n`);
    return 0;
  },
};

const inMegabytes = ({ done, total, rate, ...times }: Progress): Progress => ({
  ...times,
  done: rounded(done),
  total: total === undefined ? undefined : rounded(total),
  rate: rate / 1e6,
});

const rounded = (bytes: number): number => Math.round(bytes / 1e5) / 10;

function nameOf(source: string): string {
  const name = fileName(hubUrl(source));
  if (name) return name;
  throw new Error(`Cannot download ${source}: name a file to put it into`);
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RangeError(`Cannot use --bytes ${text}: expected a whole number`);
}
