/** Answers as OpenAI's API writes them: whole, or in chunks. */
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import type { DrawnToken, TokenLogProb } from '../batcher/drawing.js';
import type { AnswerPiece, PlacedToken } from './answer.js';
import type { Job } from './job.js';

/** How one of the two kinds of answer is written. */
export interface ObjectForm {
  readonly prefix: 'chatcmpl' | 'cmpl';
  readonly object: string;
  readonly chunkObject: string;
  /** The choice of a whole answer, less its index and the reason for its end. */
  readonly choice: (text: string, tokens: readonly PlacedToken[] | undefined, tokenizer: Tokenizer) => object;
  /** The same for a chunk; without a piece for the first and the last. */
  readonly chunkChoice: (
    piece: AnswerPiece | 'first' | 'last',
    tokens: readonly PlacedToken[] | undefined,
    tokenizer: Tokenizer,
  ) => object;
}

export const chatForm: ObjectForm = {
  prefix: 'chatcmpl',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  choice: (content, tokens, tokenizer) => ({
    message: { role: 'assistant', content, refusal: null },
    logprobs: chatLogProbs(tokens, tokenizer),
  }),
  chunkChoice: (piece, tokens, tokenizer) => ({
    delta:
      piece === 'first'
        ? { role: 'assistant', content: '' }
        : piece === 'last'
          ? {}
          : { content: piece.text },
    logprobs: chatLogProbs(tokens, tokenizer),
  }),
};

export const completionForm: ObjectForm = {
  prefix: 'cmpl',
  object: 'text_completion',
  chunkObject: 'text_completion',
  choice: (text, tokens, tokenizer) => ({ text, logprobs: completionLogProbs(tokens, tokenizer) }),
  chunkChoice: (piece, tokens, tokenizer) => ({
    text: typeof piece === 'string' ? '' : piece.text,
    logprobs: completionLogProbs(tokens, tokenizer),
  }),
};

/** What a token looks like alone, and its bytes, which for part of a character say more. */
function spelled({ id }: TokenLogProb | DrawnToken, tokenizer: Tokenizer) {
  const token = tokenizer.decode([id]);
  const bytes = tokenizer.tokenBytes(id);
  return { token, bytes: [...(bytes.length > 0 ? bytes : Buffer.from(token))] };
}

function chatLogProbs(tokens: readonly PlacedToken[] | undefined, tokenizer: Tokenizer) {
  if (!tokens) return null;
  const content = tokens.map((token) => ({
    ...spelled(token, tokenizer),
    logprob: token.logProb,
    top_logprobs: token.top!.map((one) => ({ ...spelled(one, tokenizer), logprob: one.logProb })),
  }));
  return { content, refusal: null };
}

function completionLogProbs(tokens: readonly PlacedToken[] | undefined, tokenizer: Tokenizer) {
  if (!tokens) return null;
  const textOf = (token: TokenLogProb | DrawnToken) => spelled(token, tokenizer).token;
  return {
    tokens: tokens.map(textOf),
    token_logprobs: tokens.map(({ logProb }) => logProb ?? null),
    // The token itself is among them, as OpenAI has it, where it is not one of the likeliest. The first of a prompt has
    // none, as nothing stands before it.
    top_logprobs: tokens.map(
      (token) =>
        token.top && Object.fromEntries([...token.top, token].map((one) => [textOf(one), one.logProb])),
    ),
    text_offset: tokens.map(({ at }) => at),
  };
}

/** Tokens that were read and made. */
export function usageOf({ answers, promptTokens }: Job) {
  const made = answers.reduce((sum, answer) => sum + answer.tokens(), 0);
  const cached = answers.reduce((most, answer) => Math.max(most, answer.cachedTokens()), 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: made,
    total_tokens: promptTokens + made,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
