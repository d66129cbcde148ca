import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parquetWriteFile, type SchemaElement } from 'hyparquet-writer';
import type { Conversation } from '../../../src/data/conversation.js';
import { readConversationItems } from '../../../src/data/readers/readConversations.js';
import { type OasstOptions, readOasstItems } from '../../../src/data/readers/readOasst.js';
import { writeJsonl } from '../../../src/data/readers/writeJsonl.js';
import { all, kindsOf, messagesIn, testFolder, valuesIn } from './files.js';

const { folder, file } = testFolder('conversations');

const talk = [
  { content: 'What is a whale?', role: 'user' },
  { content: 'A mammal.', role: 'assistant' },
  { content: 'And a shark?', role: 'user' },
  { content: 'A fish.', role: 'assistant' },
] as const;

describe('readConversations()', () => {
  it('reads UltraChat 200k: parquet with prompt, prompt_id and messages', async () => {
    const filename = join(folder, 'ultrachat.parquet');
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 3 },
      { name: 'prompt', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'prompt_id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'messages', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'content', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'role', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ];
    const talks = Array.from({ length: 300 }, (_, nth) => talk.slice(0, 2 + 2 * (nth % 2)));
    await parquetWriteFile({
      filename,
      schema,
      rowGroupSize: 100,
      columnData: [
        { name: 'prompt', data: talks.map(() => talk[0].content) },
        { name: 'prompt_id', data: talks.map((_, nth) => `p${nth}`) },
        { name: 'messages', data: talks },
      ],
    });
    const found = valuesIn(await all(readConversationItems(filename, { maxBytes: 4000 })));
    assert.deepEqual(
      found,
      talks.map((messages, nth): Conversation => ({ id: `p${nth}`, messages, metadata: {} })),
    );
  });
  it('reads the first UltraChat: texts of the person and the assistant in turn', async () => {
    const path = join(folder, 'ultrachat.jsonl');
    await writeJsonl(path, [{ id: '0', data: talk.map(({ content }) => content) }]);
    assert.deepEqual(valuesIn(await all(readConversationItems(path))), [
      { id: '0', messages: talk, metadata: {} },
    ]);
  });
  it('reads olmo-2-hard-coded and what else has messages, with the facts beside them', async () => {
    const path = join(folder, 'hardCoded.jsonl.gz');
    const system = { role: 'system', content: 'Be kind.' };
    await writeJsonl(path, [
      { dataset: 'hard_coded', messages: talk, tags: ['identity'], id: 'hard_coded_0' },
      { messages: [system, ...talk] },
    ]);
    assert.deepEqual(valuesIn(await all(readConversationItems(path))), [
      { id: 'hard_coded_0', messages: talk, metadata: { dataset: 'hard_coded' } },
      { id: 'hardCoded.jsonl.gz#2', messages: [system, ...talk], metadata: {} },
    ]);
  });
  it('names the row and the message where one is damaged, and reads the others', async () => {
    const rows = [
      {},
      { messages: [] },
      { messages: [talk[0], { role: 'tool', content: 'x' }] },
      { messages: [{ role: 'user' }] },
      { messages: ['hi'] },
      { data: ['hi', 7] },
      { messages: talk },
    ];
    const path = file('damaged.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const items = await all(readConversationItems(path));
    assert.deepEqual(messagesIn(items), [
      `${path}, line 1: expected a list as "messages", got nothing`,
      `${path}, line 2: expected at least one message, got none`,
      `${path}, line 3: expected system, user or assistant as role of messages[1], got "tool"`,
      `${path}, line 4: expected a text as "content", got nothing`,
      `${path}, line 5: expected a message as messages[0], got "hi"`,
      `${path}, line 6: expected a text as data[1], got 7`,
    ]);
    assert.equal(valuesIn(items).length, 1);
  });
});

interface OasstMessage {
  readonly message_id: string;
  readonly parent_id?: string;
  readonly text: string;
  readonly role: string;
  readonly lang: string;
  readonly rank?: number;
  readonly deleted?: boolean;
  readonly review_result?: boolean;
  readonly replies: OasstMessage[];
}

const message = (
  id: string,
  replies: OasstMessage[] = [],
  facts: Partial<OasstMessage> = {},
): OasstMessage => ({
  message_id: id,
  text: `text of ${id}`,
  role: id.startsWith('p') ? 'prompter' : 'assistant',
  lang: 'en',
  ...facts,
  replies: replies.map((reply) => ({ ...reply, parent_id: id })),
});

/** Two ranked replies; the better one goes on twice, and once ends with people's messages that nobody answered. */
const english = message('p1', [
  message('a2', [message('p5')], { rank: 1 }),
  message('a1', [message('p2', [message('a3', [message('p3'), message('p4')])])], { rank: 0 }),
]);
const others = [
  message('p6', [message('a4')], { lang: 'de' }),
  message('p7', [message('a5', [], { deleted: true }), message('a6')]),
  message('p8', [message('a7')], { review_result: false }),
  message('p9'),
];
const trees = [english, ...others].map((prompt, nth) => ({
  message_tree_id: prompt.message_id,
  tree_state: nth === 4 ? 'growing' : 'ready_for_export',
  prompt,
}));

/** As the project's `tree_to_messages.py` writes them. */
function flat({ replies, ...row }: OasstMessage, state: string): object[] {
  return [{ ...row, tree_state: state }, ...replies.flatMap((reply) => flat(reply, state))];
}

const waysOf = async (path: string, options: OasstOptions = {}) =>
  valuesIn(await all(readOasstItems(path, options))).map(({ messages }) =>
    messages.map(({ content }) => content.slice(8)).join(' '),
  );

describe('readOasst()', () => {
  const ways = ['p1 a2', 'p1 a1 p2 a3', 'p6 a4', 'p7 a6'];
  const treeFile = join(folder, 'oasst2_ready.trees.jsonl.gz');
  const messageFile = join(folder, 'oasst2_ready.messages.jsonl.gz');

  it('gives the same ways through the trees, nested or a message a line', async () => {
    await writeJsonl(treeFile, trees);
    await writeJsonl(
      messageFile,
      trees.flatMap(({ prompt, tree_state }) => flat(prompt, tree_state)),
    );
    for (const path of [treeFile, messageFile]) {
      assert.deepEqual(await waysOf(path), ways);
      assert.deepEqual(await waysOf(path, { languages: ['de', 'fr'] }), ['p6 a4']);
      assert.deepEqual(await waysOf(path, { top: 1 }), ['p1 a1 p2 a3', 'p6 a4']);
      assert.deepEqual(await waysOf(path, { states: ['growing'] }), []);
    }
  });
  it('tells which replies were ranked against each other', async () => {
    const [second, best] = valuesIn(await all(readOasstItems(treeFile)));
    assert.deepEqual(second, {
      id: 'a2',
      messages: [
        { role: 'user', content: 'text of p1' },
        { role: 'assistant', content: 'text of a2' },
      ],
      metadata: { tree: 'p1', parent: 'p1', language: 'en', rank: 1 },
    });
    assert.deepEqual(best?.metadata, { tree: 'p1', parent: 'p2', language: 'en' });
  });
  it('loses one tree to damage in it, and no other', async () => {
    const lines = trees
      .flatMap(({ prompt, tree_state }) => flat(prompt, tree_state))
      .map((row) => JSON.stringify(row));
    const path = file('hurt.messages.jsonl', lines.with(2, '{"message_id":').join('\n'));
    const items = await all(readOasstItems(path));
    assert.match(messagesIn(items)[0]!, /hurt\.messages\.jsonl, line 3: it is not JSON/);
    assert.deepEqual(await waysOf(path), ['p6 a4', 'p7 a6']);
    const rows = [
      { message_tree_id: 'x', prompt: message('x', [{ ...message('y'), role: 'king' }]) },
      trees[1],
    ];
    const nested = file('hurt.trees.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    assert.equal(kindsOf(await all(readOasstItems(nested))), 'problem value');
    const orphan = file('orphan.messages.jsonl', JSON.stringify({ ...english, parent_id: 'gone' }));
    assert.deepEqual(messagesIn(await all(readOasstItems(orphan))), [
      `${orphan}, line 1: expected a first message, got a reply to none before it`,
    ]);
  });
  it('is not led into endless depth', async () => {
    const levels = 200_000;
    const open = '{"message_id":"';
    const rest = '","text":"t","role":"prompter","replies":[';
    const deep = `{"prompt":${Array.from({ length: levels }, (_, nth) => `${open}${nth}${rest}`).join('')}${']}'.repeat(levels)}}`;
    const path = file('deep.trees.jsonl', `${deep}\n${JSON.stringify(trees[1])}\n`);
    const items = await all(readOasstItems(path));
    assert.deepEqual(messagesIn(items), [
      `${path}, line 1: expected at most 1000 messages one below the other, got more`,
    ]);
    assert.equal(valuesIn(items).length, 1);
  });
});
