/** The texts of a test, which no document may hold. */
import { fieldAt } from '../readers/fields.js';
import { readParquet } from '../readers/parquet/readParquet.js';
import { readDocuments } from '../readers/readDocuments.js';
import { readJsonl } from '../readers/readJsonl.js';
import type { DecontaminationParameters } from './parameters.js';

/**
 * Reads the texts of a file: of JSON lines and parquet the fields that are named, of a plain text each line, of other files
 * the documents.
 *
 * @throws {Error} If the file cannot be read, or holds no text; the message says which fields were looked for.
 */
export async function readTestTexts({ file, fields }: DecontaminationParameters): Promise<string[]> {
  const texts: string[] = [];
  const isRows = /\.(jsonl|ndjson)(\.(gz|zst))?$|\.parquet$/.test(file);
  if (isRows)
    for await (const row of file.endsWith('.parquet') ? readParquet(file) : readJsonl(file))
      for (const field of fields) {
        const value = fieldAt(row, field);
        if (typeof value === 'string') texts.push(value);
      }
  else
    for await (const { text } of readDocuments(file))
      texts.push(...(/\.(txt|md)(\.(gz|zst))?$/.test(file) ? text.split('\n') : [text]));
  const found = texts.filter((text) => text.trim() !== '');
  if (found.length > 0) return found;
  const where = isRows ? ` as ${fields.map((field) => `"${field}"`).join(', ')}` : '';
  throw new Error(`Cannot look for the texts of ${file}: it holds no text${where}`);
}
