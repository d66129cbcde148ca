/**
 * Shows values in whatever runs the cell. The host, our engine for one, hangs a `display` function on the global
 * object; in the library only this file calls it, so everything else stays free of hosts.
 */
import { inspect } from 'node:util';
import { currentHost } from '../core/display.js';
import { type Figure, figureText, isFigure } from './figure.js';

/**
 * Shows a figure, a table, a tensor or any value now, in the middle of a cell. The last value of a cell is shown
 * without it. Outside a notebook it prints one line of text.
 *
 * @example
 * show(lossPlot([{ step: 1, loss: 5.5 }]));
 */
export function show(value: unknown): void {
  const host = currentHost();
  if (host) host.display(value);
  else process.stdout.write(`${isFigure(value) ? figureText(value) : inspect(value)}\n`);
}

/**
 * Takes away what the running cell has shown so far. Outside a notebook it does nothing.
 *
 * @param options.wait Only when the next output comes, so that nothing flickers; default false.
 *
 * @example
 * clearOutput({ wait: true });
 */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  currentHost()?.clear(options);
}

/** A figure that is drawn again in place while a cell runs. */
export interface LiveFigure {
  /** Draws the figure that `make` returns, unless the last drawing was less than `seconds` ago. */
  readonly update: (make: () => Figure) => void;
  /** Draws the figure whatever the time. */
  readonly finish: (figure: Figure) => void;
}

/**
 * Makes room for a figure that changes while the cell runs, a loss curve for one.
 *
 * @param options.seconds Shortest time between two drawings; default 1.
 *
 * @example
 * const live = liveFigure();
 * const reports = [{ step: 1, loss: 5.5 }, { step: 2, loss: 4.1 }];
 * for (const n of [1, 2]) live.update(() => lossPlot(reports.slice(0, n)));
 * live.finish(lossPlot(reports));
 */
export function liveFigure(options: { readonly seconds?: number } = {}): LiveFigure {
  return liveDisplay<Figure>(options);
}

/** Any value that is drawn again in place; as `liveFigure`. */
export function liveDisplay<T = unknown>({
  seconds = 1,
}: {
  readonly seconds?: number;
} = {}): {
  readonly update: (make: () => T) => void;
  readonly finish: (value: T) => void;
} {
  const id = `live-${++liveDisplays}`;
  let drawn = Number.NEGATIVE_INFINITY;
  let shown = false;
  const draw = (value: T) => {
    currentHost()?.display(value, { id, update: shown });
    shown = true;
    drawn = performance.now();
  };
  return {
    update: (make) => {
      if (performance.now() - drawn >= seconds * 1000) draw(make());
    },
    finish: draw,
  };
}

let liveDisplays = 0;
