/** `workbook data get`: downloads a file, with its progress on one line; run again, it goes on where it ended. */
import { basename } from 'node:path';
import { progressLine } from '../../core/progress.js';
import { download } from '../../data/bytes/download.js';
import { fileName, hubUrl } from '../../data/bytes/hub.js';
import { defineCommand } from '../command.js';
import { interruptSignal } from '../interrupt.js';
import { inMegabytes, statusLine } from '../status.js';

export const command = defineCommand({
  name: 'data get',
  summary: 'Downloads a file; run again, it goes on where it ended',
  details: [
    'The file has a temporary name until all of it is there and its length and checksum are right. Where a hub asks who ' +
      'you are, HF_TOKEN says it.',
  ],
  takes: ['ADDRESS [FILE]', 'A web address or hf://datasets/OWNER/NAME/PATH, and where to put it'],
  options: {
    sha256: { kind: 'text', takes: 'DIGITS', help: 'The checksum that the file must have' },
    bytes: { kind: 'whole', least: 0, help: 'The length that the file must have' },
  },
  examples: ['data get hf://datasets/roneneldan/TinyStories/TinyStories-valid.txt'],
  run: async ({ values, positionals }) => {
    const [source, given, more] = positionals;
    if (!source || more !== undefined)
      throw new Error('Cannot download: expected an address, and a file if need be');
    const path = given ?? nameOf(source);
    const status = statusLine();
    const done = await download(source, path, {
      signal: interruptSignal('Stopped; the same command goes on from here.'),
      ...(values.sha256 !== undefined && { sha256: values.sha256 }),
      ...(values.bytes !== undefined && { bytes: values.bytes }),
      onProgress: (progress) =>
        status.update(`${basename(path)}: ${progressLine(inMegabytes(progress), 'MB')}`),
    }).finally(() => status.close());
    process.stdout.write(`${done.path}: ${done.bytes} bytes, SHA-256 ${done.sha256}\n`);
    return 0;
  },
});

function nameOf(source: string): string {
  const name = fileName(hubUrl(source));
  if (name) return name;
  throw new Error(`Cannot download ${source}: name a file to put it into`);
}
