/** How much memory a process and its children hold: read from /proc, elsewhere asked of `ps`. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident bytes of a process and the processes below it; 0 if it is gone. */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform === 'linux') return fromProc(pid);
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) =>
      resolve(error ? 0 : Number(stdout) * 1024),
    );
  });
}

function fromProc(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children.split(/\s+/).reduce((sum, child) => sum + (child ? fromProc(Number(child)) : 0), own);
  } catch {
    return 0; // it has ended meanwhile
  }
}

/** Ends what holds too much. @returns What stops the watch. */
export function watchMemory(pid: number, megabytes: number, exceeded: () => void): () => void {
  let busy = false;
  const look = async () => {
    if (busy) return;
    busy = true;
    if ((await residentBytes(pid)) > megabytes * 2 ** 20) exceeded();
    busy = false;
  };
  const timer = setInterval(() => void look(), process.platform === 'linux' ? 50 : 500);
  return () => clearInterval(timer);
}
