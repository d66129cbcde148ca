/**
 * A notebook for the tests: cells that ran, then questions about the next one. `|` stands for the cursor. The session
 * lives in the test's own process, and all sessions read each file of the packages once; the thread in which a kernel
 * holds its session has tests of its own.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { check } from '../../../dist/kernel/language/check.js';
import { complete } from '../../../dist/kernel/language/complete.js';
import { inspect } from '../../../dist/kernel/language/inspect.js';
import { createSession, type Session } from '../../../dist/kernel/language/session.js';
import { loadTypeScript } from '../../../dist/kernel/language/typescript.js';

const ts = loadTypeScript(tmpdir());
const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);
const sharing: typeof ts = {
  ...ts,
  createLanguageService: (host) => ts.createLanguageService(host, registry),
};

export function notebook(...cells: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'language-'));
  let started: Session | undefined;
  const session = () => {
    if (started) return started; // with the first question, as a kernel starts it
    started = createSession(sharing, folder);
    for (const cell of cells) started.cells.ran(cell);
    return started;
  };
  const split = (marked: string): [code: string, cursor: number] => {
    const cursor = marked.indexOf('|');
    return [marked.slice(0, cursor) + marked.slice(cursor + 1), cursor];
  };
  return {
    write: (name: string, text: string) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    check: (code: string) => check(session(), code),
    problems: (code: string) => check(session(), code).map(({ text }) => text),
    codes: (code: string) => check(session(), code).map((problem) => problem.code),
    complete: (code: string, cursor: number) => complete(session(), code, cursor),
    completeAt: (marked: string) => complete(session(), ...split(marked)),
    inspectAt: (marked: string) => {
      const { found, data } = inspect(session(), ...split(marked));
      return { found, plain: String(data['text/plain']), markdown: String(data['text/markdown']) };
    },
  };
}
