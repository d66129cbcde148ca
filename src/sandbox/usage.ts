/**
 * How much memory a process and those below it hold, and how long they have computed: read from /proc, elsewhere asked
 * of `ps`. Computing is measured, not the clock, so that a busy machine takes no time from anybody.
 */
import { execFile } from 'node:child_process';
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process and those below it use. */
interface Usage {
  /** Resident bytes. */
  readonly bytes: number;
  /** Seconds of processor time since they started. */
  readonly cpuSeconds: number;
}

const nothing: Usage = { bytes: 0, cpuSeconds: 0 };

/** What a process and those below it use; nothing if it is gone. */
async function usageOf(pid: number): Promise<Usage> {
  if (process.platform === 'linux') return fromProc(pid);
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=,time=', '-p', String(pid)], (error, stdout) => {
      const [kilobytes = '0', time = '0'] = stdout.trim().split(/\s+/);
      resolve(error ? nothing : { bytes: Number(kilobytes) * 1024, cpuSeconds: secondsOf(time) });
    });
  });
}

/** `1-02:03:04.5` of `ps` in seconds. */
function secondsOf(time: string): number {
  const [seconds = 0, minutes = 0, hours = 0, days = 0] = time.split(/[-:]/).map(Number).reverse();
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Parts of a second in which Linux counts for programs. */
const ticks = 100;

function fromProc(pid: number): Usage {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    // Behind the name, which may hold blanks: fields 3 and on. 14 to 17 are the process's time and its dead children's.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const time = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children
      .split(/\s+/)
      .filter(Boolean)
      .map((child) => fromProc(Number(child)))
      .reduce((sum, child) => added(sum, child), { bytes, cpuSeconds: time / ticks });
  } catch {
    return nothing; // it has ended meanwhile
  }
}

const added = (a: Usage, b: Usage): Usage => ({
  bytes: a.bytes + b.bytes,
  cpuSeconds: a.cpuSeconds + b.cpuSeconds,
});

/** Whether the files below a folder hold more than so many bytes; each counts as a block at least. */
export function holdsMore(folder: string, bytes: number): boolean {
  const block = 4096;
  const folders = [folder];
  for (let left = bytes; folders.length > 0; ) {
    const at = folders.pop()!;
    for (const entry of entriesOf(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) folders.push(path);
      left -= Math.max(block, 512 * (lstatSync(path, { throwIfNoEntry: false })?.blocks ?? 0));
      if (left < 0) return true;
    }
  }
  return false;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // it is gone
  }
}

/** Milliseconds between two looks. */
const pause = process.platform === 'linux' ? 50 : 500;

/**
 * Looks at a process again and again.
 *
 * @returns What stops that.
 */
export function watchUsage(pid: number, seen: (usage: Usage) => void): () => void {
  let busy = false;
  let stopped = false;
  const look = async () => {
    if (busy) return;
    busy = true;
    const usage = await usageOf(pid);
    busy = false;
    if (!stopped) seen(usage);
  };
  const timer = setInterval(() => void look(), pause);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
