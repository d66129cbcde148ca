import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { builtAddon } from '../../src/backend/native/build.js';
import { buildFolders } from '../../src/backend/native/folders.js';
import { instructionSets, machineKey } from '../../src/backend/native/processor.js';
import { hasCompiler } from './backends.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const made: string[] = [];
const emptyFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'native-'));
  made.push(folder);
  return folder;
};
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A program that is called like a compiler; `$out` is the file that it should make. */
function fakeCompiler(body: string): { readonly command: string; readonly calls: () => string[] } {
  const folder = emptyFolder();
  const [command, log] = [join(folder, 'compiler'), join(folder, 'log')];
  const script = `#!/bin/sh
case " $* " in *" --version "*) exit 0 ;; esac
echo "$*" >> ${log}
for word; do [ "$last" = -o ] && out=$word; last=$word; done
${body}
`;
  writeFileSync(command, script, { mode: 0o755 });
  return { command, calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) };
}

const addonsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.node'))
    .map((name) => join(folder, name));

describe('builtAddon() without a compiler that works', () => {
  it('says in one line that there is no compiler', () => {
    const message = 'no C++ compiler was found (CXX is no-such-compiler)';
    const options = { compiler: 'no-such-compiler', folders: [emptyFolder()] };
    assert.throws(() => builtAddon(options), { message });
  });

  it('says in one line what a compiler that fails complains of, and leaves nothing behind', () => {
    const { command } = fakeCompiler('echo "x.cc:1: error: no" >&2; exit 1');
    const folder = emptyFolder();
    assert.throws(
      () => builtAddon({ compiler: command, folders: [folder] }),
      /could not compile the addon: x.cc:1: error: no$/,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it('says in one line that a compiler makes rubbish, and does not keep it', () => {
    const { command, calls } = fakeCompiler('echo rubbish > "$out"');
    const folder = emptyFolder();
    for (const times of [1, 2]) {
      assert.throws(() => builtAddon({ compiler: command, folders: [folder] }), {
        message: new RegExp(`^what ${command} made does not run: [^\\n]+$`),
      });
      assert.deepEqual(readdirSync(folder), []);
      assert.equal(calls().length, times);
    }
  });

  it('says that there is no folder to write to', () => {
    const { command } = fakeCompiler('exit 1');
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, '');
    assert.throws(() => builtAddon({ compiler: command, folders: [join(file, 'a'), join(file, 'b')] }), {
      message: `no folder can be written for the compiled addon: ${join(file, 'a')} and ${join(file, 'b')}`,
    });
  });
});

if (hasCompiler) {
  describe('builtAddon()', () => {
    let real: string;
    let copier: ReturnType<typeof fakeCompiler>;
    before(() => {
      real = builtAddon();
      copier = fakeCompiler(`cp ${real} "$out"`);
    });

    it('keeps what it made, and compiles no second time', () => {
      const [folder, compiler] = [emptyFolder(), copier.command];
      const before = copier.calls().length;
      const file = builtAddon({ compiler, folders: [folder] });
      assert.equal(builtAddon({ compiler, folders: [folder] }), file);
      assert.equal(copier.calls().length, before + 1);
      assert.deepEqual(readFileSync(file), readFileSync(real));
    });

    it('has a file for each instruction set, though the processor has one name, and removes none of them', () => {
      const [folder, compiler] = [emptyFolder(), copier.command];
      const build = (flags: string) =>
        builtAddon({
          compiler,
          folders: [folder],
          processor: instructionSets(() => `flags\t\t: ${flags}\n`),
        });
      const [wide, narrow] = [build('fpu avx2 avx512f'), build('fpu avx2')];
      assert.notEqual(wide, narrow);
      const before = copier.calls().length;
      assert.deepEqual([build('fpu avx2 avx512f'), build('fpu avx2')], [wide, narrow]);
      assert.equal(copier.calls().length, before, 'it was compiled again');
    });

    it('compiles for the processor that WORKBOOK_MARCH names, beside the one that is there', () => {
      const [folder, compiler] = [emptyFolder(), copier.command];
      const here = builtAddon({ compiler, folders: [folder] });
      assert.match(copier.calls().at(-1)!, /-m(arch|cpu)=native /);
      process.env.WORKBOOK_MARCH = 'haswell';
      try {
        assert.notEqual(builtAddon({ compiler, folders: [folder] }), here);
      } finally {
        delete process.env.WORKBOOK_MARCH;
      }
      assert.match(copier.calls().at(-1)!, /-m(arch|cpu)=haswell /);
    });

    it('tells a file that was cut short or changed, and makes it anew, once', () => {
      const [folder, compiler] = [emptyFolder(), copier.command];
      const damages: ((file: string) => void)[] = [
        (file) => truncateSync(file, 100_000),
        (file) => truncateSync(file, 0),
        (file) => writeFileSync(file, readFileSync(file).fill(0, 50_000, 60_000)),
      ];
      let file = builtAddon({ compiler, folders: [folder] });
      for (const damage of damages) {
        copyFileSync(file, `${file}.copy`); // not the one that may be loaded
        rmSync(file);
        damage(`${file}.copy`);
        copyFileSync(`${file}.copy`, file);
        rmSync(`${file}.copy`);
        const before = copier.calls().length;
        file = builtAddon({ compiler, folders: [folder] });
        assert.deepEqual(readFileSync(file), readFileSync(real));
        assert.equal(builtAddon({ compiler, folders: [folder] }), file);
        assert.equal(copier.calls().length, before + 1);
        assert.deepEqual(addonsIn(folder), [file]);
      }
    });

    it('tries a file in a process of its own before it hands it out, once on each machine', () => {
      const [folder, compiler] = [emptyFolder(), copier.command];
      const file = builtAddon({ compiler, folders: [folder] });
      const stamp = file.replace(/node$/, `${machineKey(instructionSets())}.runs`);
      assert.ok(existsSync(stamp));
      rmSync(stamp); // as on another machine
      assert.equal(builtAddon({ compiler, folders: [folder] }), file);
      assert.ok(existsSync(stamp));
    });

    for (const signal of ['SIGILL', 'SIGBUS']) {
      it(`an addon that ends its process with ${signal} ends another one than ours`, () => {
        const source = join(emptyFolder(), 'trap.cc');
        const body = `static void __attribute__((constructor)) trap() { raise(${signal}); }`;
        writeFileSync(source, `#include <csignal>\n${body}\n`);
        const { command } = fakeCompiler(`c++ -shared -fPIC ${source} -o "$out"`);
        assert.throws(() => builtAddon({ compiler: command, folders: [emptyFolder()] }), {
          message: `what ${command} made does not run: it ends its process with ${signal}`,
        });
      });
    }

    it('an addon that computes something else is not handed out', () => {
      const idle = join(emptyFolder(), 'idle.cc');
      const headers = join(root, 'node_modules/node-api-headers/include');
      writeFileSync(
        idle,
        `#include <node_api.h>
#include <initializer_list>
static napi_value nothing(napi_env, napi_callback_info) { return nullptr; }
static napi_value start(napi_env env, napi_value exports) {
  for (const char* name : {"setThreads", "matMul"}) {
    napi_value f;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, nothing, nullptr, &f);
    napi_set_named_property(env, exports, name, f);
  }
  return exports;
}
NAPI_MODULE(idle, start)`,
      );
      const { command } = fakeCompiler(`c++ -shared -fPIC -I${headers} ${idle} -o "$out"`);
      assert.throws(() => builtAddon({ compiler: command, folders: [emptyFolder()] }), {
        message: /does not run: a product comes out wrong$/,
      });
    });

    it('goes on to the next folder where one cannot be written, and uses what lies in either', () => {
      const file = join(emptyFolder(), 'file');
      writeFileSync(file, '');
      const [shut, open, compiler] = [join(file, '.native'), emptyFolder(), copier.command];
      const built = builtAddon({ compiler, folders: [shut, open] });
      assert.deepEqual(addonsIn(open), [built]);
      const before = copier.calls().length;
      assert.equal(builtAddon({ compiler, folders: [emptyFolder(), open] }), built);
      assert.equal(copier.calls().length, before);
    });

    it('takes a compiler with words after it, or in front of it', () => {
      const build = (compiler: string) => builtAddon({ compiler, folders: [emptyFolder()] });
      build(`${copier.command} -O2`);
      assert.match(copier.calls().at(-1)!, /^-O2 -I/);
      build(`env ${copier.command}  -g`);
      assert.match(copier.calls().at(-1)!, /^-g -I/);
    });

    it('removes what nobody has used for two months when it makes a new one, and nothing younger', () => {
      const [folder, compiler] = [emptyFolder(), copier.command];
      const aged = (name: string, days: number): string => {
        const file = join(folder, name);
        writeFileSync(file, '');
        const then = Date.now() / 1000 - days * 24 * 60 * 60;
        utimesSync(file, then, then);
        return file;
      };
      const [old, young] = [aged('0123-old.node', 61), aged('0123-young.node', 59)];
      const built = builtAddon({ compiler, folders: [folder] });
      assert.deepEqual(addonsIn(folder).sort(), [young, built].sort());
      assert.ok(!existsSync(old));
      utimesSync(built, 1, 1);
      builtAddon({ compiler, folders: [folder] });
      assert.ok(Date.now() - statSync(built).mtimeMs < 60_000, 'a file in use does not grow old');
    });

    it('several starts at once all get a valid file', async () => {
      const folder = emptyFolder();
      const { command } = fakeCompiler(`sleep 1; cp ${real} "$out"`);
      const script = `
        import { builtAddon } from './src/backend/native/build.ts';
        process.stdout.write(builtAddon({ compiler: '${command}', folders: ['${folder}'] }));`;
      const starts = Array.from({ length: 3 }, async () => {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
          cwd: root,
        });
        let file = '';
        child.stdout.on('data', (text) => {
          file += text;
        });
        const [status] = await once(child, 'close');
        return { status, file };
      });
      const [file] = await Promise.all(starts).then((all) => {
        for (const { status } of all) assert.equal(status, 0);
        return new Set(all.map(({ file }) => file));
      });
      assert.deepEqual(addonsIn(folder), [file]);
      assert.deepEqual(readFileSync(file!), readFileSync(real));
    });
  });
}

describe('buildFolders()', () => {
  it('are the package’s, then the user’s: WORKBOOK_HOME, or among the caches', () => {
    const second = (env: NodeJS.ProcessEnv) => buildFolders({ HOME: '/home/ada', ...env })[1];
    assert.equal(basename(buildFolders({})[0]!), '.native');
    assert.equal(second({ XDG_CACHE_HOME: '/caches' }), '/caches/llm-workbook/native');
    assert.equal(second({ XDG_CACHE_HOME: '/caches', WORKBOOK_HOME: '/work' }), '/work/native');
    assert.match(second({ XDG_CACHE_HOME: 'not/absolute' })!, /\.cache\/llm-workbook\/native$/);
  });
});
