/** What a chat is made of, before it becomes tokens. */

/** Who a message is from. What a tool answers in a turn of its own is a message of role `tool`. */
export type ChatRole = 'system' | 'user' | 'assistant' | 'tool';

/** Who may speak, in the order of a first appearance. */
const chatRoles: readonly ChatRole[] = ['system', 'user', 'assistant', 'tool'];

/** A piece of what an assistant writes: text, a call of a tool, or the result that was put behind the call. */
export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly tool: string; readonly text: string }
  | { readonly type: 'result'; readonly text: string };

/** One turn. The messages of a `Conversation` are such turns. */
export interface ChatMessage {
  readonly role: ChatRole;
  /** Text, or the parts of an assistant's turn that calls tools. */
  readonly content: string | readonly ChatPart[];
}

/**
 * Throws unless these are turns that a template can write down.
 *
 * @throws {RangeError} If there is no turn, a role is unknown, or content is neither text nor parts of an assistant's turn.
 */
export function checkMessages(messages: readonly ChatMessage[]): void {
  if (messages.length === 0) fail('at least one message', 'none');
  for (const [nth, { role, content }] of messages.entries()) {
    if (!chatRoles.includes(role)) fail(`a role of ${chatRoles.join(', ')}`, `${role} in message ${nth}`);
    if (typeof content === 'string') continue;
    if (!Array.isArray(content)) fail('text or parts as content', `${typeof content} in message ${nth}`);
    if (role !== 'assistant') fail('parts in an assistant’s turn only', `a ${role}’s in message ${nth}`);
    for (const { type, text } of content as readonly ChatPart[]) {
      if (!['text', 'call', 'result'].includes(type) || typeof text !== 'string')
        fail('parts of type text, call or result, with a text', `${type} in message ${nth}`);
    }
  }
}

function fail(expected: string, got: string): never {
  throw new RangeError(`Cannot write down a chat: expected ${expected}, got ${got}`);
}
