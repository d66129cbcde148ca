/** One text on its way to a client: pieces that are certain, and why it ended. */
import { growingText } from '../../model/growingText.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import type { BatchedText } from '../batcher/batcher.js';
import type { DrawnToken } from '../batcher/drawing.js';

/** A token, and where its text begins in the answer, in UTF-16 units. */
export interface PlacedToken extends DrawnToken {
  readonly at: number;
}

/** What is new in a text. */
export interface AnswerPiece {
  readonly text: string;
  /** The tokens that it came from; one that is split by a stop sequence is in it. */
  readonly tokens: readonly PlacedToken[];
}

/** A text that is read once. */
export interface Answer {
  readonly pieces: () => AsyncGenerator<AnswerPiece, void, undefined>;
  readonly cancel: () => void;
  /** Once it is over. */
  readonly finishReason: () => 'stop' | 'length';
  /** Tokens so far. */
  readonly tokens: () => number;
  /** Tokens of the prompt that did not have to be read. */
  readonly cachedTokens: () => number;
}

/** Follows a text up to the first of the stop sequences. */
export function answerOf(text: BatchedText, tokenizer: Tokenizer, stop: readonly string[]): Answer {
  const growing = growingText(tokenizer, stop);
  let tokens = 0;
  async function* pieces(): AsyncGenerator<AnswerPiece, void, undefined> {
    let pending: PlacedToken[] = [];
    let [made, shown] = [0, 0]; // characters
    const decoder = growingText(tokenizer, []);
    const pieceOf = (certain: string): AnswerPiece => {
      shown += certain.length;
      const [inside, later] = [
        pending.filter(({ at }) => at < shown),
        pending.filter(({ at }) => at >= shown),
      ];
      pending = later;
      return { text: certain, tokens: inside };
    };
    for await (const token of text) {
      tokens++;
      pending.push({ ...token, at: made });
      made += decoder.push(token.id).length;
      const certain = growing.push(token.id);
      if (certain !== '') yield pieceOf(certain);
      if (growing.isStopped()) return;
    }
    const rest = growing.end();
    if (rest !== '') yield pieceOf(rest);
  }
  return {
    pieces,
    cancel: text.cancel,
    finishReason: () => (growing.isStopped() ? 'stop' : (text.endedBy() ?? 'length')),
    tokens: () => tokens,
    cachedTokens: text.cachedTokens,
  };
}
