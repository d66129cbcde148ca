/** Parts of the addon that JavaScript cannot reach, each in a small program of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasCompiler } from './backends.js';

const addon = fileURLToPath(new URL('../../src/backend/native/addon', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'addon-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a program prints that is compiled with one of the addon's files. */
function outputOf(program: string, file: string, flags: readonly string[] = []): string {
  const [source, compiled] = [join(folder, 'main.cc'), join(folder, 'main')];
  writeFileSync(source, program);
  const args = ['-std=c++17', '-O1', '-pthread', ...flags, `-I${addon}`, source, join(addon, file)];
  const { status, stderr } = spawnSync('c++', [...args, '-o', compiled], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return spawnSync(compiled, { encoding: 'utf8' }).stdout;
}

if (hasCompiler && process.arch === 'x64' && existsSync('/proc/cpuinfo')) {
  it('the addon asks the processor for what the compiler used, and finds what /proc/cpuinfo lists', () => {
    const program = `#include <cstdio>
#include "processor.h"
int main() { const char* missing = workbook::missingInstructions(); std::puts(missing ? missing : "all"); }`;
    const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))![1]!.split(' '));
    const sets = 'avx avx2 fma bmi avx512f avx512bw avx512vl avx512vnni xop fma4'.split(' ');
    for (const set of sets) {
      const name = { bmi: 'bmi1', avx512vnni: 'avx512_vnni' }[set] ?? set;
      const said = outputOf(program, 'processor.cc', ['-march=x86-64', `-m${set}`]);
      if (flags.has(name)) assert.equal(said, 'all\n');
      else assert.match(said, /^it is compiled for processors with \w+, which this one does not have\n$/);
    }
  });
}

if (hasCompiler) {
  it('what a part of a kernel throws in a helper’s thread reaches the caller, and the threads go on', () => {
    const program = `#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include "pool.h"
int main() {
  workbook::setThreadCount(4);
  const bool alone = workbook::threadCount() == 1;
  const auto caller = std::this_thread::get_id();
  int caught = 0;
  for (int round = 0; round < 50; round++) {
    std::atomic<bool> thrown{false};
    try {
      workbook::parallelFor(64, [&](int64_t) {
        if (alone || std::this_thread::get_id() != caller) {
          thrown = true;
          throw std::runtime_error("no memory");
        }
        while (!thrown) std::this_thread::yield();
      });
    } catch (const std::runtime_error&) {
      caught++;
    }
  }
  std::atomic<int> parts{0};
  workbook::parallelFor(1000, [&](int64_t) { parts++; });
  std::printf("%d %d", caught, parts.load());
}`;
    assert.equal(outputOf(program, 'pool.cc'), '50 1000');
  });
}
