/** Where a run stands, on the terminal: one line that is written over, or plain lines where there is none. */
import { duration, type Progress } from '../core/progress.js';

/** A display of progress. */
export interface StatusLine {
  /** Says what is being done; shown at once on a terminal, every ten seconds elsewhere. */
  readonly update: (text: string) => void;
  /** A line that stays. */
  readonly print: (line: string) => void;
  readonly close: () => void;
}

const plainSeconds = 10;

/** Starts the display; the time since then stands behind every status. */
export function statusLine(stream: NodeJS.WriteStream = process.stderr): StatusLine {
  const start = performance.now();
  let text = '';
  let since = performance.now();
  const withTime = () => `${text}, ${duration((performance.now() - start) / 1000)}`;
  const draw = () => {
    if (text === '') return;
    if (stream.isTTY) stream.write(`\r\x1b[K${withTime().slice(0, (stream.columns ?? 80) - 1)}`);
    else if (performance.now() - since >= plainSeconds * 1000) {
      stream.write(`${withTime()}\n`);
      since = performance.now();
    }
  };
  const timer = setInterval(draw, 1000).unref();
  return {
    update: (next) => {
      text = next;
      draw();
    },
    print: (line) => {
      stream.write(stream.isTTY ? `\r\x1b[K${line}\n` : `${line}\n`);
      since = performance.now();
      draw();
    },
    close: () => {
      clearInterval(timer);
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}

/** Progress that counts bytes, in megabytes. */
export const inMegabytes = ({ done, total, rate, ...times }: Progress): Progress => ({
  ...times,
  done: megabytes(done),
  total: total === undefined ? undefined : megabytes(total),
  rate: rate / 1e6,
});

/** To one digit behind the point. */
export const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
