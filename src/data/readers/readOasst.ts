/**
 * OpenAssistant's conversations (Köpf et al. 2023), where people wrote several replies to one message and ranked them:
 * `*.trees.jsonl.gz`, a tree a line, and `*.messages.jsonl.gz` or parquet, a message a line, depth first. Which ways
 * through a tree become conversations follows the project's own training code (`oasst_dataset.py`).
 */
import type { Conversation } from '../conversation.js';
import { fail, isRow, ownField, type Row, refuse, shown, textField } from './fields.js';
import { type Item, type ItemOptions, type ReaderOptions, valuesOf } from './items.js';
import { type TreeMessage, threadsOf } from './oasstThreads.js';
import { readRows } from './rows.js';

/** Which conversations are wanted. */
export interface OasstOptions extends ReaderOptions {
  /** Languages of the first message, such as `['en', 'de']`; default all. */
  readonly languages?: readonly string[];
  /**
   * Keeps replies of a rank below this number, 1 for the best alone; a reply without a rank is kept where it is the only
   * one. Default all.
   */
  readonly top?: number;
  /** States of trees; default `['ready_for_export']`, trees that are complete. A tree without a state is kept. */
  readonly states?: readonly string[];
}

/**
 * Reads every way from a first message to a last reply of the assistant as a conversation. Its id is that of the last
 * reply; its metadata are `tree`, `parent` (the message replied to, the same for replies that were ranked against each
 * other), `language`, and where there is one `rank`, 0 for the best. Ways with a deleted message, or with one that the
 * reviewers refused, are left out. See `readDocuments` for `onProblem`.
 *
 * @param path A JSON Lines or `.parquet` file, or the address of one.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} At the first damaged row, if there is no `onProblem`.
 *
 * @example
 * const reply = (id, text, rank) => ({ message_id: id, text, role: 'assistant', lang: 'en', rank, replies: [] });
 * const prompt = { message_id: 'p', text: 'Why?', role: 'prompter', lang: 'en' };
 * const replies = [reply('b', 'No idea.', 1), reply('a', 'Because.', 0)];
 * await writeJsonl('oasst.trees.jsonl', [{ message_tree_id: 'p', prompt: { ...prompt, replies } }]);
 * const best = [];
 * for await (const { id } of readOasst('oasst.trees.jsonl', { top: 1 })) best.push(id);
 * best // ['a']
 */
export const readOasst = (
  path: string,
  options: OasstOptions & ItemOptions = {},
): AsyncGenerator<Conversation, void, undefined> => valuesOf(readOasstItems(path, options), options);

/**
 * Reads trees of messages, as `readOasst` does. A tree or message that is damaged is a problem and costs its tree alone.
 *
 * @example
 * await writeJsonl('reply.jsonl', [{ message_id: 'a', parent_id: 'b', text: 'Because.', role: 'assistant' }]);
 * const found = [];
 * for await (const item of readOasstItems('reply.jsonl')) if (item.kind === 'problem') found.push(item.message);
 * found // ['reply.jsonl, line 1: expected a first message, got a reply to none before it']
 */
export async function* readOasstItems(
  path: string,
  options: OasstOptions = {},
): AsyncGenerator<Item<Conversation>, void, undefined> {
  const { items, where } = readRows(path, options);
  let open: OpenTree | undefined;
  function* closed(): Generator<Item<Conversation>> {
    const tree = open;
    open = undefined;
    if (tree?.isWhole) yield* itemsOf(tree, options, where(tree.record));
  }
  for await (const item of items) {
    const { record } = item;
    if (item.kind !== 'value') {
      // The line may have been a message of the tree that is open, which then lacks a part.
      if (open) open.isWhole = false;
      yield item;
      continue;
    }
    try {
      const row = item.value;
      if (isRow(ownField(row, 'prompt'))) {
        yield* closed();
        open = treeOf(row, record);
        yield* closed();
      } else if (open && typeof ownField(row, 'parent_id') === 'string') addMessage(open, row);
      else {
        yield* closed();
        open = { record, root: messageOf(row), row, byId: new Map(), isWhole: true };
        if (typeof ownField(row, 'parent_id') === 'string')
          refuse('a first message', 'a reply to none before it');
        open.byId.set(open.root.id, open.root);
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      if (open) open.isWhole = false;
      yield { kind: 'problem', record, message: `${where(record)}: ${error.message}` };
    }
  }
  yield* closed();
}

interface OpenTree {
  readonly record: number;
  readonly root: TreeMessage;
  /** Where the tree's own fields are. */
  readonly row: Row;
  readonly byId: Map<string, TreeMessage>;
  isWhole: boolean;
}

/** The conversations of a tree, or why there is none. */
function* itemsOf(
  { record, root, row }: OpenTree,
  { languages, states = ['ready_for_export'], top }: OasstOptions,
  place: string,
): Generator<Item<Conversation>> {
  const skipped = (why: string): Item<never> => ({ kind: 'skipped', record, message: `${place}: ${why}` });
  const state = ownField(row, 'tree_state');
  const language = ownField(root.row, 'lang');
  if (typeof state === 'string' && !states.includes(state)) yield skipped(`its state is ${shown(state)}`);
  else if (languages && !(typeof language === 'string' && languages.includes(language)))
    yield skipped(`its language is ${shown(language)}`);
  else {
    let isEmpty = true;
    for (const value of threadsOf(root, top)) {
      isEmpty = false;
      yield { kind: 'value', record, value };
    }
    if (isEmpty) yield skipped('no way through it is wanted and ends in a reply');
  }
}

function addMessage(tree: OpenTree, row: Row): void {
  const parent = tree.byId.get(textField(row, 'parent_id'));
  if (!parent) fail('a reply to a message before it in its tree', row.parent_id);
  const message = messageOf(row, parent);
  if (tree.byId.has(message.id)) fail('a new message_id', message.id);
  parent.replies.push(message);
  tree.byId.set(message.id, message);
}

/** A tree that is nested in one row. Its depth is not trusted, so no function calls itself here. */
function treeOf(row: Row, record: number): OpenTree {
  const root = messageOf(ownField(row, 'prompt'));
  const byId = new Map<string, TreeMessage>();
  const todo = [root];
  while (todo.length > 0) {
    const message = todo.pop()!;
    if (byId.has(message.id)) fail('a new message_id', message.id);
    byId.set(message.id, message);
    const replies = ownField(message.row, 'replies') ?? [];
    if (!Array.isArray(replies)) fail(`a list as replies to ${message.id}`, replies);
    for (const reply of replies) {
      const child = messageOf(reply, message);
      message.replies.push(child);
      todo.push(child);
    }
  }
  return { record, root, row, byId, isWhole: true };
}

/** The longest way that people wrote is below 20. */
const maxDepth = 1000;

function messageOf(value: unknown, parent?: TreeMessage): TreeMessage {
  const depth = (parent?.depth ?? 0) + 1;
  if (depth > maxDepth) refuse(`at most ${maxDepth} messages one below the other`, 'more');
  if (!isRow(value)) fail('a message', value);
  const role = ownField(value, 'role');
  if (role !== 'prompter' && role !== 'assistant') fail('prompter or assistant as "role"', role);
  textField(value, 'text');
  return { id: textField(value, 'message_id'), row: value, replies: [], depth };
}
