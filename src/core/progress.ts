/**
 * How far long work has come, as plain numbers and as one line of text. Nothing is printed here: a loop yields
 * its progress and whoever reads the loop decides what to do with it.
 */

/** Where long work stands. */
export interface Progress {
  /** Units finished. */
  readonly done: number;
  /** Units in all, where that is known. */
  readonly total: number | undefined;
  /** Since the start. */
  readonly seconds: number;
  /** Units per second since the start; 0 before any time has passed. */
  readonly rate: number;
  /** What is left at that rate; `undefined` where it cannot be told. */
  readonly secondsLeft: number | undefined;
}

/**
 * Works out rate and time left.
 *
 * @example
 * progressOf(25, 100, 5) // { done: 25, total: 100, seconds: 5, rate: 5, secondsLeft: 15 }
 */
export function progressOf(done: number, total: number | undefined, seconds: number): Progress {
  const rate = seconds > 0 ? done / seconds : 0;
  const secondsLeft = total !== undefined && rate > 0 ? Math.max(0, total - done) / rate : undefined;
  return { done, total, seconds, rate, secondsLeft };
}

/**
 * Writes progress as one line.
 *
 * @param unit What is counted, in the plural.
 *
 * @example
 * progressLine(progressOf(25, 100, 5), 'steps') // '25/100 steps (25%), 5.0 steps/s, 15 s left'
 */
export function progressLine({ done, total, rate, secondsLeft }: Progress, unit: string): string {
  const count =
    total === undefined ? `${done} ${unit}` : `${done}/${total} ${unit} (${percent(done, total)}%)`;
  return [
    count,
    speedOf(rate, unit),
    ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
  ].join(', ');
}

/** By the second, or by a longer time where that would be 0.0. */
function speedOf(rate: number, unit: string): string {
  const [name, seconds] = (
    [
      ['s', 1],
      ['min', 60],
      ['h', 3600],
    ] as const
  ).find(([, span]) => rate * span >= 0.1) ?? ['s', 1];
  const number = rate * seconds;
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}/${name}`;
}

const percent = (done: number, total: number): number => (total > 0 ? Math.floor((100 * done) / total) : 100);

/**
 * Writes a span of time the way a clock is read.
 *
 * @example
 * duration(3725) // '1 h 02 min'
 * duration(75)   // '1 min 15 s'
 */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two((whole % 3600) / 60)} min`;
}
