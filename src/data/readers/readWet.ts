/**
 * Common Crawl's WET files: the text of each page, drawn from its HTML by a program that keeps menus and notices. They
 * stand beside our extraction for contrast; FineWeb measured that what is drawn from WARC files trains better models
 * (Penedo et al. 2024, section 3.2).
 */

import { fileName, type HubOptions } from '../bytes/hub.js';
import type { Document } from '../document.js';
import type { Item } from './items.js';
import { warcFrames } from './warcRecords.js';

const blankLine = Buffer.from('\r\n\r\n');

/**
 * Reads a `.wet` or `.wet.gz` file record by record; memory holds one at a time.
 *
 * @param path The file, or the address of one, which is then read without being stored.
 * @param options.maxBytes Largest record, bytes; default 32 MiB.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} If no WARC record is in it.
 *
 * @example
 * const record = 'WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: 5\r\n\r\nHello\r\n\r\n';
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile('a.warc.wet', record);
 * const texts = [];
 * for await (const item of readWet('a.warc.wet')) if (item.kind === 'value') texts.push(item.value.text);
 * texts // ['Hello']
 */
export async function* readWet(
  path: string,
  { maxBytes = 2 ** 25, remote }: { readonly maxBytes?: number; readonly remote?: HubOptions } = {},
): AsyncGenerator<Item<Document>, void, undefined> {
  let record = 0;
  for await (const frame of warcFrames(path, maxBytes, { remote })) {
    record++;
    if ('problem' in frame)
      yield { kind: 'problem', record, message: `${path}, record ${record}: ${frame.problem}` };
    else yield itemOf(Buffer.from(frame.bytes), record, path);
  }
}

function itemOf(bytes: Buffer, record: number, path: string): Item<Document> {
  const end = bytes.indexOf(blankLine);
  const header = bytes.toString('utf8', 0, end);
  const type = fieldOf(header, 'WARC-Type') ?? 'nameless';
  if (type !== 'conversion') {
    const message = `${path}, record ${record}: it is a ${type} record, not a conversion`;
    return { kind: 'skipped', record, message };
  }
  const url = fieldOf(header, 'WARC-Target-URI');
  const date = fieldOf(header, 'WARC-Date');
  const language = fieldOf(header, 'WARC-Identified-Content-Language');
  const document = {
    id: `${fileName(path)}#${record}`,
    text: bytes.toString('utf8', end + blankLine.length),
    ...(url && { url }),
    metadata: { ...(date && { date }), ...(language && { language }) },
  };
  return { kind: 'value', record, value: document };
}

/** A named field of a record's header. */
function fieldOf(header: string, name: string): string | undefined {
  const value = new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*\\r?$`, 'im').exec(header)?.[1];
  return value || undefined;
}
