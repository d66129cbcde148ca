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

/** Takes a piece; the next one waits until it is done with it. */
export type TakePiece = (piece: AnswerPiece) => void | Promise<void>;

/** A text that is read once. */
export interface Answer {
  /** Hands out the pieces as they come, and resolves at the end of the text. */
  readonly follow: (take: TakePiece) => Promise<void>;
  readonly cancel: () => void;
  /** Once it is over. */
  readonly finishReason: () => 'stop' | 'length';
  /** Tokens so far. */
  readonly tokens: () => number;
  /** Tokens of the prompt that did not have to be read. */
  readonly cachedTokens: () => number;
  /** See `BatchedText`. */
  readonly promptTokens: BatchedText['promptTokens'];
}

/**
 * Follows a text up to the first of the stop sequences.
 *
 * @param start Where it begins in what the client gets: behind the prompt, where that is echoed.
 */
export function answerOf(
  text: BatchedText,
  tokenizer: Tokenizer,
  { stop, start }: { readonly stop: readonly string[]; readonly start: number },
): Answer {
  const growing = growingText(tokenizer, stop);
  let tokens = 0;
  let pending: PlacedToken[] = [];
  let shown = start; // characters
  const pieceOf = (certain: string): AnswerPiece => {
    shown += certain.length;
    const inside = pending.filter(({ at }) => at < shown);
    pending = pending.filter(({ at }) => at >= shown);
    return { text: certain, tokens: inside };
  };
  return {
    follow: async (take) => {
      for await (const token of text) {
        tokens++;
        pending.push({ ...token, at: start + growing.made() });
        const certain = growing.push(token.id);
        if (certain !== '') await take(pieceOf(certain));
        if (growing.isStopped()) return;
      }
      const rest = growing.end();
      if (rest !== '') await take(pieceOf(rest));
    },
    cancel: text.cancel,
    finishReason: () => (growing.isStopped() ? 'stop' : (text.endedBy() ?? 'length')),
    tokens: () => tokens,
    cachedTokens: text.cachedTokens,
    promptTokens: text.promptTokens,
  };
}

/** Where in their text the tokens of a prompt stand. */
export function placed(tokens: readonly DrawnToken[], tokenizer: Tokenizer): PlacedToken[] {
  const growing = growingText(tokenizer, []);
  return tokens.map((token) => {
    const at = growing.made();
    growing.push(token.id);
    return { ...token, at };
  });
}
