/** A notebook for the tests: cells that ran, then questions about the next one. `|` stands for the cursor. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startLanguage } from '../../../dist/kernel/language/index.js';

export function notebook(...cells: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'language-'));
  const language = startLanguage({ folder });
  for (const cell of cells) void language.ran(cell);
  const split = (marked: string): [code: string, cursor: number] => {
    const cursor = marked.indexOf('|');
    return [marked.slice(0, cursor) + marked.slice(cursor + 1), cursor];
  };
  return {
    ...language,
    folder,
    write: (name: string, text: string) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    problems: async (code: string) => (await language.check(code)).map(({ text }) => text),
    codes: async (code: string) => (await language.check(code)).map((problem) => problem.code),
    completeAt: (marked: string) => language.complete(...split(marked)),
    inspectAt: async (marked: string) => {
      const { found, data } = await language.inspect(...split(marked));
      return { found, plain: String(data['text/plain']), markdown: String(data['text/markdown']) };
    },
  };
}
