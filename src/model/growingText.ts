/** The text of tokens that come one by one, up to where it must stop. */
import { streamDecoder } from '../tokenizer/streamDecoder.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { checkStops, heldBack } from './stops.js';

/** A text that grows by tokens. */
export interface GrowingText {
  /** Takes a token and gives the text that is certain now: never half a character, nor what may become a stop sequence. */
  readonly push: (id: number) => string;
  /** The text that was not certain, once no token follows. */
  readonly end: () => string;
  /** Whether a stop sequence came; what follows it is not handed out. */
  readonly isStopped: () => boolean;
  /** Characters of all tokens so far, in UTF-16 units: those too that are not certain, or behind a stop sequence. */
  readonly made: () => number;
}

/**
 * Makes an empty text.
 *
 * @param stop Sequences of characters, each of which ends the text, in which it does not appear.
 * @throws {RangeError} If one of them is empty.
 */
export function growingText(tokenizer: Tokenizer, stop: readonly string[]): GrowingText {
  checkStops(stop);
  const decoder = streamDecoder(tokenizer);
  let waiting = ''; // made, and not handed out
  let stopped = false;
  let made = 0;
  const add = (text: string) => {
    waiting += text;
    made += text.length;
  };
  const take = (isLast: boolean): string => {
    if (stopped) return '';
    const stopAt = firstStop(waiting, stop);
    stopped = stopAt !== undefined;
    const certain = waiting.slice(0, stopAt ?? waiting.length - (isLast ? 0 : heldBack(waiting, stop)));
    waiting = waiting.slice(certain.length);
    return certain;
  };
  return {
    push: (id) => {
      add(decoder.push(id));
      return take(false);
    },
    end: () => {
      add(decoder.end());
      return take(true);
    },
    isStopped: () => stopped,
    made: () => made,
  };
}

/** Where the first of all stop sequences begins. */
function firstStop(text: string, stops: readonly string[]): number | undefined {
  const places = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return places.length > 0 ? Math.min(...places) : undefined;
}
