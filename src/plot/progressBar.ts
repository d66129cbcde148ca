/** A bar that fills while a cell works, with its rate and the time that is left. */
import { displaySymbol } from '../core/display.js';
import { escapeHtml } from '../core/html.js';
import { type Progress, progressLine, progressOf } from '../core/progress.js';
import { liveDisplay } from './show.js';

/** A bar in the notebook. */
export interface ProgressBar {
  /** Says how much is done; drawn unless the last drawing was less than `seconds` ago. */
  readonly update: (done: number) => void;
  /** Draws the end, whatever the time. */
  readonly finish: () => void;
}

/**
 * Makes a bar in the running cell. Outside a notebook it draws nothing.
 *
 * @param options.total How much there is to do; default unknown: a count without a bar.
 * @param options.unit What is counted, in the plural; default `steps`.
 * @param options.title What is being done; default nothing.
 * @param options.seconds Shortest time between two drawings; default 0.5.
 *
 * @example
 * const bar = progressBar({ total: 3, unit: 'pages' });
 * for (const n of [1, 2, 3]) bar.update(n);
 * bar.finish();
 */
export function progressBar({
  total,
  unit = 'steps',
  title = '',
  seconds = 0.5,
}: {
  readonly total?: number;
  readonly unit?: string;
  readonly title?: string;
  readonly seconds?: number;
} = {}): ProgressBar {
  const start = performance.now();
  const live = liveDisplay({ seconds });
  let done = 0;
  const draw = () => barOf(progressOf(done, total, (performance.now() - start) / 1000), unit, title);
  return {
    update: (now) => {
      done = now;
      live.update(draw);
    },
    finish: () => live.finish(draw()),
  };
}

/** What a notebook shows of it: a value that shows itself. */
function barOf(progress: Progress, unit: string, title: string): object {
  const line = `${title && `${title}: `}${progressLine(progress, unit)}`;
  const { done, total } = progress;
  const bar = total === undefined ? '' : `<progress value="${done}" max="${total}"></progress> `;
  return {
    [displaySymbol]: () => ({
      'text/html': `<div>${bar}${escapeHtml(line)}</div>`,
      'text/plain': line,
    }),
  };
}
