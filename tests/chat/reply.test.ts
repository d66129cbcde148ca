import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/index.js';
import {
  type ChatMessage,
  type ChatModel,
  chatMl,
  codeTool,
  completionBatch,
  jinjaTemplate,
  type ReplyOptions,
  renderChat,
  reply,
  replyBatch,
  searchTool,
} from '../../src/chat/index.js';
import { createRandom } from '../../src/core/random.js';
import { searchIndex } from '../../src/data/index.js';
import { createParams } from '../../src/model/index.js';
import { symbolTokenizer } from '../../src/tokenizer/index.js';
import { createAdamW, trainStep } from '../../src/train/index.js';

await selectBackend();

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789 \n:*+.,…'];
const tokenizer = symbolTokenizer(letters, { specialTokens: chatMl.specialTokens });
const question: ChatMessage = { role: 'user', content: 'where is oslo' };

/** A model that says what it was taught by heart, whatever is between. */
function parrot(...turns: readonly (readonly number[])[]): ChatModel {
  const prompt = renderChat([question], { template: chatMl, tokenizer, reply: true }).ids;
  const config = { vocabSize: tokenizer.vocabSize, blockSize: 256, nLayer: 1, nHead: 2, nEmbd: 32 };
  const params = createParams(config, createRandom(1));
  const optimizer = createAdamW(params, { weightDecay: 0 });
  const batch = completionBatch(turns.map((completion) => ({ prompt, completion })));
  let loss = 1;
  for (let step = 0; step < 400 && loss > 0.01; step++) loss = trainStep(params, batch, optimizer, 0.01).loss;
  assert.ok(loss <= 0.01, `it knows its line by heart (${loss})`);
  optimizer.dispose();
  return { params, tokenizer, template: chatMl };
}

const id = (mark: string) => tokenizer.specialTokens.get(mark)!;
const written = (messages: readonly ChatMessage[]) => renderChat(messages, { template: chatMl, tokenizer });
/** What a turn is in tokens, without the blank line behind it. */
const turn = (content: ChatMessage['content']): number[] => {
  const prompt = renderChat([question], { template: chatMl, tokenizer, reply: true }).ids;
  return written([question, { role: 'assistant', content }]).ids.slice(prompt.length, -1);
};
const greedy = (options: Partial<ReplyOptions> = {}): ReplyOptions => ({
  temperature: 0,
  random: createRandom(1),
  ...options,
});

const lookedUp = [
  { type: 'call', tool: 'search', text: 'oslo' },
  { type: 'result', text: 'oslo: norway' },
  { type: 'text', text: 'in norway' },
] as const;

describe('reply()', () => {
  it('asks the tool, puts its answer into the context and lets the model go on; the mask has what the model wrote', async () => {
    const model = parrot(turn(lookedUp));
    const asked: string[] = [];
    const search = (text: string) => {
      asked.push(text);
      return 'oslo: norway';
    };
    const { message, ids, mask, calls, endedBy } = await reply(
      model,
      [question],
      greedy({ tools: { search } }),
    );
    assert.deepEqual(asked, ['oslo']);
    assert.deepEqual(message, { role: 'assistant', content: lookedUp });
    assert.deepEqual(calls, [{ tool: 'search', text: 'oslo', result: 'oslo: norway' }]);
    assert.equal(endedBy, 'endOfTurn');
    assert.deepEqual(ids, turn(lookedUp));
    const whole = written([question, message]);
    assert.deepEqual(mask, whole.mask.slice(whole.ids.length - ids.length - 1, -1), 'as in training');
  });

  it('without tools a call is text like any other', async () => {
    const model = parrot(turn(lookedUp));
    const { calls, ids, mask } = await reply(model, [question], greedy());
    assert.deepEqual(calls, []);
    assert.deepEqual(ids, turn(lookedUp), 'the result is the model’s own invention');
    assert.ok(mask.every((counts) => counts === 1));
  });

  it('tells the model of a call that never began, of a tool that is not there, and of one that throws or hangs', async () => {
    const end = id('<SEARCH_END>');
    const orphan = parrot([end, id('<|im_end|>')]);
    const tools = { search: () => 'never asked' };
    const first = await reply(orphan, [question], greedy({ tools, maxTokens: 1 }));
    assert.deepEqual(first.calls, [
      { tool: 'search', text: '', result: 'error: a call of search ended that had not begun' },
    ]);
    const model = parrot(turn(lookedUp));
    const resultOf = async (options: Partial<ReplyOptions>) =>
      (await reply(model, [question], greedy({ maxTokens: 10, ...options }))).calls[0]?.result;
    assert.equal(await resultOf({ tools: {} }), 'error: there is no tool search');
    const broken = () => {
      throw new Error('the index is gone');
    };
    assert.equal(await resultOf({ tools: { search: broken } }), 'error: the index is gone');
    const endless = () => new Promise<string>(() => {});
    assert.equal(
      await resultOf({ tools: { search: endless }, toolSeconds: 0.01 }),
      'error: search did not answer within 0.01 s',
    );
  });

  it('cuts an answer of 100 MB', async () => {
    const model = parrot(turn(lookedUp));
    const search = () => 'a'.repeat(100e6);
    const { calls } = await reply(model, [question], greedy({ tools: { search }, resultLimit: 20 }));
    assert.equal(calls[0]!.result, `${'a'.repeat(20)}…`);
    const full = await reply(model, [question], greedy({ tools: { search } }));
    assert.equal(full.endedBy, 'length', 'no room is left behind 2,000 letters');
  });

  it('ends an answer that only calls', async () => {
    const call = [id('<SEARCH_START>'), ...tokenizer.encode('oslo'), id('<SEARCH_END>')];
    const result = [id('<RESULT_START>'), ...tokenizer.encode('no'), id('<RESULT_END>')];
    const round = [...call, ...result];
    const model = parrot([...round, ...round, ...round, ...round, ...round, ...round]);
    const { calls, endedBy } = await reply(
      model,
      [question],
      greedy({ tools: { search: () => 'no' }, maxCalls: 3 }),
    );
    assert.deepEqual(
      calls.map(({ result }) => result),
      ['no', 'no', 'no', 'error: no call is left, 3 were made'],
    );
    assert.equal(endedBy, 'calls');
  });

  it('refuses a chat that the model cannot read, and a tokenizer without the template’s marks', async () => {
    const model = parrot(turn('in norway'));
    const long: ChatMessage = { role: 'user', content: 'a'.repeat(300) };
    await assert.rejects(reply(model, [long], greedy()), /chat 0: expected at most 256 tokens.*got 3\d\d/);
    const bare = { ...model, tokenizer: symbolTokenizer(letters) };
    await assert.rejects(
      reply(bare, [question], greedy()),
      /expected a tokenizer with <\|im_end\|> of ChatML/,
    );
  });

  it('knows no tools with a template that has none', async () => {
    const { params } = parrot(turn('in norway'));
    const source =
      '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
    const template = jinjaTemplate(source, {
      specialTokens: ['<|im_start|>', '<|im_end|>'],
      endOfTurn: '<|im_end|>',
    });
    const answer = await reply({ params, tokenizer, template }, [question], greedy({ tools: {} }));
    assert.deepEqual(answer.message, { role: 'assistant', content: 'in norway' });
  });
});

it('replyBatch() answers each chat as reply() does it alone', async () => {
  const model = parrot(turn(lookedUp));
  const other: ChatMessage = { role: 'user', content: 'who is bergen' };
  const options = () => greedy({ tools: { search: () => 'oslo: norway' }, maxTokens: 40 });
  const before: ChatMessage = { role: 'assistant', content: 'in norway' };
  const chats = [[question], [other], [question, before, other]];
  const together = await replyBatch(model, chats, options());
  for (const [nth, chat] of chats.entries())
    assert.deepEqual(together[nth], await reply(model, chat, options()));
});

describe('tools', () => {
  it('searchTool() gives as many documents as it is told', async () => {
    const texts = ['oslo is in norway', 'bergen is in norway', 'lima is in peru'];
    const index = searchIndex(texts.map((text, nth) => ({ id: `${nth}`, text, metadata: {} })));
    assert.equal(await searchTool(index, { limit: 5 })('norway'), 'oslo is in norway\nbergen is in norway');
    assert.equal(await searchTool(index)('lima'), 'lima is in peru');
    assert.equal(await searchTool(index)(' ?!'), 'nothing found');
  });

  it('codeTool() runs TypeScript, and says what went wrong', async () => {
    const code = codeTool({ seconds: 1 });
    assert.equal(await code('const n: number = 6; console.log("six"); n * 7'), 'six\n42');
    assert.equal(await code('[..."strawberry"].filter((c) => c === "r").length'), '3');
    assert.match(await code('const ='), /^SyntaxError/);
    assert.match(await code('for (;;);'), /^ended: time limit of 1 s/);
    assert.match(await code('require("fs").readFileSync("/etc/passwd", "utf8")'), /Error/);
    assert.equal(await code('const quiet = 1;'), 'done');
  });
});
