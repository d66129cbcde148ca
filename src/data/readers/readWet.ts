/**
 * Common Crawl's WET files: the text of each page, drawn from its HTML by a program that keeps menus and notices. They
 * stand beside our extraction for contrast; FineWeb measured that what is drawn from WARC files trains better models
 * (Penedo et al. 2024, section 3.2).
 */
import { fileName } from '../bytes/hub.js';
import type { Document } from '../document.js';
import { type Item, type ItemOptions, valuesOf } from './items.js';
import { recordFacts, type WarcOptions, warcId } from './readWarc.js';
import { fieldOf, type WarcRecord, warcRecords } from './warcRecords.js';

/**
 * Reads a `.wet` or `.wet.gz` file; memory holds one record at a time. See `readDocuments` for `onProblem`.
 *
 * @param path The file, or the address of one, which is then read without being stored.
 * @param options.maxBytes Largest record, bytes; default 32 MiB.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} If no WARC record is in it; at the first damaged record, if there is no `onProblem`.
 *
 * @example
 * const record = 'WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: 5\r\n\r\nHello\r\n\r\n';
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile('a.warc.wet', record);
 * const texts = [];
 * for await (const { text } of readWet('a.warc.wet')) texts.push(text);
 * texts // ['Hello']
 */
export const readWet = (
  path: string,
  options: WarcOptions & ItemOptions = {},
): AsyncGenerator<Document, void, undefined> => valuesOf(readWetItems(path, options), options);

/**
 * Reads a file of texts record by record, as `readWet` does; a record that is not a text is skipped.
 *
 * @example
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile('b.warc.wet', 'WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n');
 * const kinds = [];
 * for await (const { kind } of readWetItems('b.warc.wet')) kinds.push(kind);
 * kinds // ['skipped']
 */
export async function* readWetItems(
  path: string,
  { name = fileName(path), ids, ...options }: WarcOptions = {},
): AsyncGenerator<Item<Document>, void, undefined> {
  let record = 0;
  for await (const frame of warcRecords(path, options)) {
    const place = `${path}, record ${++record}`;
    if ('problem' in frame) yield { kind: 'problem', record, message: `${place}: ${frame.problem}` };
    else {
      const item = itemOf(frame, record, place);
      if (item.kind !== 'value') yield item;
      else yield { ...item, value: { ...item.value, id: warcId(item.value, `${name}#${record}`, ids) } };
    }
  }
}

function itemOf(
  { header, block, warning }: WarcRecord,
  record: number,
  place: string,
): Item<Omit<Document, 'id'>> {
  const type = fieldOf(header, 'WARC-Type') ?? 'nameless';
  if (type !== 'conversion')
    return { kind: 'skipped', record, message: `${place}: it is a ${type} record, not a conversion` };
  const url = fieldOf(header, 'WARC-Target-URI');
  const language = fieldOf(header, 'WARC-Identified-Content-Language');
  const value = {
    text: block.toString('utf8'),
    ...(url && { url }),
    metadata: { ...recordFacts(header), ...(language && { language }) },
  };
  return { kind: 'value', record, value, ...(warning && { warning: `${place}: ${warning}` }) };
}
