/** A talk between a person and an assistant, as data sets keep it. */

/** Who says a message: instructions before the talk, the person, or the assistant. */
export type Role = 'system' | 'user' | 'assistant';

/** One turn. */
export interface Message {
  readonly role: Role;
  readonly content: string;
}

/** Turns in their order, with where they come from. */
export interface Conversation {
  /** Unique within its source. */
  readonly id: string;
  readonly messages: readonly Message[];
  /** Facts beside the messages: a language, a rank, a source. */
  readonly metadata: { readonly [key: string]: string | number | boolean };
}
