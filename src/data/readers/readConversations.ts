/**
 * Conversations that a file keeps one a row: UltraChat 200k (parquet: `prompt`, `prompt_id`, `messages`), the UltraChat
 * that it was chosen from (JSON Lines: `id`, `data`), AI2's olmo-2-hard-coded (JSON Lines or parquet: `messages`), and
 * others that have `messages` of `role` and `content`, as most have by now.
 */
import { fileName } from '../bytes/hub.js';
import type { Conversation, Message, Role } from '../conversation.js';
import { factsOf, fail, isRow, listField, ownField, type Row, refuse, textField } from './fields.js';
import { convertItems, type Item, type ItemOptions, type ReaderOptions, valuesOf } from './items.js';
import { readRows } from './rows.js';

/**
 * Reads a conversation from each row. Fields beside the messages become metadata where they are texts, numbers or truth
 * values; UltraChat's `prompt` is left out, as it is the first message once more. See `readDocuments` for `onProblem`.
 *
 * @param path A `.parquet` or JSON Lines file (also `.gz`, `.zst`), or the address of one.
 * @param options.maxBytes Longest line, or most bytes of rows at a time; default 32 MiB.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} At the first damaged row, if there is no `onProblem`.
 *
 * @example
 * await writeJsonl('ultrachat.jsonl', [{ id: '7', data: ['Hi!', 'Hello.'] }]);
 * const found = [];
 * for await (const conversation of readConversations('ultrachat.jsonl')) found.push(conversation);
 * found
 * // [{ id: '7', metadata: {}, messages: [
 * //   { role: 'user', content: 'Hi!' }, { role: 'assistant', content: 'Hello.' }] }]
 */
export const readConversations = (
  path: string,
  options: ReaderOptions & ItemOptions = {},
): AsyncGenerator<Conversation, void, undefined> => valuesOf(readConversationItems(path, options), options);

/**
 * Reads a file row by row, as `readConversations` does.
 *
 * @example
 * await writeJsonl('silent.jsonl', [{ messages: [] }]);
 * const found = [];
 * for await (const item of readConversationItems('silent.jsonl')) if (item.kind === 'problem') found.push(item.message);
 * found // ['silent.jsonl, line 1: expected at least one message, got none']
 */
export function readConversationItems(
  path: string,
  { name = fileName(path), ...options }: ReaderOptions = {},
): AsyncGenerator<Item<Conversation>, void, undefined> {
  const { items, where } = readRows(path, options);
  return convertItems(items, where, (row, record) => [conversationOf(row, `${name}#${record}`)]);
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
