/** What the processor is able to do: a compiled file runs on those that can do the same. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';

/**
 * The processor's name and its instruction sets. The name alone says little: on a rented machine it is that of any.
 *
 * @param read Reads a file's text; '' where there is none.
 */
export function instructionSets(read: (path: string) => string = textOf): string {
  const name = cpus()[0]?.model ?? '';
  if (platform() === 'darwin') {
    const names = ['hw.optional', 'machdep.cpu.features', 'machdep.cpu.leaf7_features'];
    return `${name} ${spawnSync('sysctl', names, { encoding: 'utf8' }).stdout ?? ''}`;
  }
  // x86: `flags`; ARM: `Features`, and `CPU part`, of which one machine may have several
  const lines = read('/proc/cpuinfo').match(/^(flags|Features|CPU part)\s*:.*$/gm) ?? [];
  return [name, ...new Set(lines)].join(' ');
}

/** A short name for this machine, as far as it decides whether a compiled file runs: processor, system, Node. */
export function machineKey(processor: string): string {
  const parts = [processor, platform(), arch(), release(), textOf('/etc/os-release'), process.version];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
