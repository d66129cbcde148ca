/** Files for the tests of loaders: a folder that goes away, and what a reader made of a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Item } from '../../../src/data/readers/items.js';

/** A folder for this test file, removed after it. */
export function testFolder(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, bytes: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  return { folder, file };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export const valuesIn = <T>(items: readonly Item<T>[]): T[] =>
  items.flatMap((item) => (item.kind === 'value' ? [item.value] : []));

export const messagesIn = <T>(items: readonly Item<T>[]): string[] =>
  items.flatMap((item) => (item.kind === 'value' ? [] : [item.message]));

export const kindsOf = <T>(items: readonly Item<T>[]): string => items.map(({ kind }) => kind).join(' ');
