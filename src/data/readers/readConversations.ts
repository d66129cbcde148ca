/**
 * Conversations that a file keeps one a row: UltraChat 200k (parquet: `prompt`, `prompt_id`, `messages`), the UltraChat
 * that it was chosen from (JSON Lines: `id`, `data`), AI2's olmo-2-hard-coded (JSON Lines or parquet: `messages`), and
 * others that have `messages` of `role` and `content`, as most have by now.
 */

import { fileName, type HubOptions } from '../bytes/hub.js';
import type { Conversation, Message, Role } from '../conversation.js';
import { factsOf, fail, isRow, listField, ownField, type Row, refuse, textField } from './fields.js';
import { convertItems, type Item } from './items.js';
import { readRows } from './rows.js';

/** Bounds, and how a server is asked. */
export interface ConversationOptions {
  /** Longest line, or most bytes of rows at a time; default 32 MiB. */
  readonly maxBytes?: number;
  /** How a server is asked, where the file is on one. */
  readonly remote?: HubOptions;
}

/**
 * Reads conversations row by row. Fields beside the messages become metadata where they are texts, numbers or truth
 * values; UltraChat's `prompt` is left out, as it is the first message once more.
 *
 * @param path A `.parquet` or JSON Lines file (also `.gz`, `.zst`), or the address of one.
 * @returns One item for each row: a conversation, or what is wrong with the row.
 * @throws {Error} If the file cannot be opened.
 *
 * @example
 * await writeJsonl('ultrachat.jsonl', [{ id: '7', data: ['Hi!', 'Hello.'] }]);
 * const found = [];
 * for await (const item of readConversations('ultrachat.jsonl')) if (item.kind === 'value') found.push(item.value);
 * found
 * // [{ id: '7', metadata: {}, messages: [
 * //   { role: 'user', content: 'Hi!' }, { role: 'assistant', content: 'Hello.' }] }]
 */
export function readConversations(
  path: string,
  options: ConversationOptions = {},
): AsyncGenerator<Item<Conversation>, void, undefined> {
  const { items, where } = readRows(path, options);
  return convertItems(items, where, (row, record) => [conversationOf(row, `${fileName(path)}#${record}`)]);
}

function conversationOf(row: Row, otherwiseId: string): Conversation {
  const messages = Array.isArray(ownField(row, 'data')) ? alternating(row) : spoken(row);
  if (messages.length === 0) refuse('at least one message', 'none');
  const id = ownField(row, 'prompt_id') ?? ownField(row, 'id');
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : otherwiseId,
    messages,
    metadata: factsOf(row, ['id', 'prompt_id', 'prompt', 'messages', 'data']),
  };
}

/** The first UltraChat keeps texts alone: the person's and the assistant's in turn. */
const alternating = (row: Row): Message[] =>
  listField(row, 'data').map((content, nth) =>
    typeof content === 'string'
      ? { role: nth % 2 === 0 ? 'user' : 'assistant', content }
      : fail(`a text as data[${nth}]`, content),
  );

const spoken = (row: Row): Message[] =>
  listField(row, 'messages').map((message, nth) => {
    if (!isRow(message)) fail(`a message as messages[${nth}]`, message);
    return { role: roleOf(message, nth), content: textField(message, 'content') };
  });

const roles: readonly string[] = ['system', 'user', 'assistant'] satisfies Role[];

function roleOf(message: Row, nth: number): Role {
  const role = ownField(message, 'role');
  const isRole = (value: unknown): value is Role => typeof value === 'string' && roles.includes(value);
  return isRole(role) ? role : fail(`system, user or assistant as role of messages[${nth}]`, role);
}
