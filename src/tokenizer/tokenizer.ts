/**
 * What every tokenizer here can do. Trained ones, bytes, and OpenAI's all look the same from outside.
 *
 * Special tokens never come out of `encode`: text that spells one is ordinary text, so nobody can smuggle a
 * control token in through data. Code that means one pushes its id, from `specialTokens`, itself, or says so with
 * `encodeSpecials`.
 */

/** Turns text into token ids and back. */
export interface Tokenizer {
  /** How many ids there are, special tokens included. */
  readonly vocabSize: number;
  /** The ids of a text. Special tokens spelled in the text are not recognised. */
  readonly encode: (text: string) => number[];
  /** The text of some ids: their bytes are joined first and read as UTF-8 then. */
  readonly decode: (ids: Iterable<number>) => string;
  /** The bytes that a token stands for; none for a special token. */
  readonly tokenBytes: (id: number) => Uint8Array;
  /** The special tokens and their ids. */
  readonly specialTokens: ReadonlyMap<string, number>;
}
