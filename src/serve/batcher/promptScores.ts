/** What the model thinks of a prompt's tokens, as it reads them. */
import { type DrawnToken, scored } from './drawing.js';

/** The scores of one prompt. */
export interface PromptScores {
  /** Takes the next token, and the logits from which it would have been drawn. */
  readonly add: (id: number, logits: Float32Array) => void;
  /** The prompt is read, or will never be. */
  readonly finish: () => void;
  readonly isFinished: () => boolean;
  /** The tokens, once they are all there; the first has no score, as nothing stands before it. */
  readonly tokens: Promise<readonly DrawnToken[]>;
}

/** Begins with the first token. */
export function promptScores(first: number, topLogProbs: number): PromptScores {
  const tokens: DrawnToken[] = [{ id: first }];
  let finish!: (tokens: readonly DrawnToken[]) => void;
  let isFinished = false;
  const all = new Promise<readonly DrawnToken[]>((resolve) => {
    finish = resolve;
  });
  return {
    add: (id, logits) => void tokens.push(scored(id, logits, topLogProbs)),
    finish: () => {
      isFinished = true;
      finish(tokens);
    },
    isFinished: () => isFinished,
    tokens: all,
  };
}
