/** OpenAI's own client for Node, unchanged, against a server of ours. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI from 'openai';
import { selectBackend } from '../../src/backend/select.js';
import { nextLogits } from '../../src/model/generate.js';
import { disposeParams } from '../../src/model/params.js';
import { logProb } from '../../src/model/sample.js';
import { type ModelServer, startServer } from '../../src/serve/index.js';
import { type TinyModel, textAlone, tinyModel } from './tinyModel.js';

describe('OpenAI’s npm client', () => {
  let model: TinyModel;
  let server: ModelServer;
  let client: OpenAI;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    model = tinyModel();
    const mute = { ...model, name: 'mute', template: undefined };
    server = await startServer([model, mute as never], { port: 0, apiKey: 'right' });
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'right', maxRetries: 0 });
  });
  after(async () => {
    await server.close();
    disposeParams(model.params);
  });
  const ask = (content: string) => ({ model: 'tiny', messages: [{ role: 'user' as const, content }] });

  it('lists the models, and finds one', async () => {
    const names = (await client.models.list()).data.map(({ id }) => id);
    assert.deepEqual(names, ['tiny', 'mute']);
    assert.equal((await client.models.retrieve('tiny')).object, 'model');
    await assert.rejects(client.models.retrieve('none'), OpenAI.NotFoundError);
  });

  it('gets the answer that the model gives alone, whole and streamed, and its use of tokens', async () => {
    for (const seed of [1, 2, 3]) {
      const expected = textAlone(model, 'Hello', { maxTokens: 20, seed, temperature: 0.7 });
      const request = { ...ask('Hello'), seed, max_completion_tokens: 20, temperature: 0.7 };
      const { choices, usage } = await client.chat.completions.create(request);
      assert.deepEqual([choices[0]!.message.content, choices[0]!.finish_reason], [expected, 'length']);
      let [streamed, last] = ['', undefined as number | undefined];
      for await (const chunk of await client.chat.completions.create({
        ...request,
        stream: true,
        stream_options: { include_usage: true },
      })) {
        streamed += chunk.choices[0]?.delta.content ?? '';
        last = chunk.usage?.total_tokens;
      }
      assert.deepEqual([streamed, last], [expected, usage!.total_tokens]);
      assert.equal(usage!.completion_tokens, 20);
    }
  });

  it('several choices are those of as many streams from the seed, and streamed they are the same', async () => {
    const request = { ...ask('Hi'), seed: 4, n: 3, max_tokens: 12 };
    const { choices } = await client.chat.completions.create(request);
    const texts = choices.map(({ message }) => message.content);
    assert.equal(new Set(texts).size, 3);
    assert.equal(texts[0], textAlone(model, 'Hi', { maxTokens: 12, seed: 4 }));
    const streamed = ['', '', ''];
    for await (const { choices } of await client.chat.completions.create({ ...request, stream: true }))
      for (const { index, delta } of choices) streamed[index] += delta.content ?? '';
    assert.deepEqual(streamed, texts);
  });

  it('stop sequences end a text, and are not in it', async () => {
    const { choices } = await client.completions.create({
      model: 'tiny',
      prompt: 'once',
      max_tokens: 30,
      seed: 1,
    });
    const whole = choices[0]!.text;
    const stop = whole.slice(9, 12);
    const stopped = await client.completions.create({
      model: 'tiny',
      prompt: 'once',
      max_tokens: 30,
      seed: 1,
      stop: ['never', stop],
    });
    assert.equal(stopped.choices[0]!.text, whole.slice(0, whole.indexOf(stop)));
    assert.equal(stopped.choices[0]!.finish_reason, 'stop');
  });

  it('log-probabilities come with their tokens, the same whole and streamed', async () => {
    const request = { ...ask('Hi'), seed: 4, max_tokens: 12, logprobs: true, top_logprobs: 3 };
    const [choice] = (await client.chat.completions.create(request)).choices;
    const tokens = choice!.logprobs!.content!;
    assert.equal(tokens.length, 12);
    const bytes = Buffer.from(tokens.flatMap(({ bytes }) => bytes!));
    assert.equal(bytes.toString(), choice!.message.content);
    for (const { logprob, top_logprobs } of tokens) {
      assert.ok(logprob <= top_logprobs[0]!.logprob && top_logprobs.length === 3);
      assert.ok(top_logprobs.reduce((sum, one) => sum + Math.exp(one.logprob), 0) <= 1 + 1e-6);
    }
    const streamed: typeof tokens = [];
    for await (const { choices } of await client.chat.completions.create({ ...request, stream: true }))
      streamed.push(...(choices[0]!.logprobs?.content ?? []));
    // The second time the prompt is not read again, which rounds otherwise.
    assert.equal(streamed.length, tokens.length);
    for (const [nth, { token, logprob, top_logprobs }] of streamed.entries()) {
      assert.equal(token, tokens[nth]!.token);
      assert.ok(Math.abs(logprob - tokens[nth]!.logprob) < 1e-4);
      assert.equal(top_logprobs.length, 3);
    }
    const { choices } = await client.completions.create({
      model: 'tiny',
      prompt: 'ab',
      max_tokens: 5,
      logprobs: 2,
      seed: 1,
    });
    const { token_logprobs, top_logprobs, text_offset } = choices[0]!.logprobs!;
    assert.deepEqual([token_logprobs!.length, top_logprobs!.length, text_offset![0]], [5, 5, 0]);
  });

  it('completions take several prompts, ids and echo', async () => {
    const ids = model.tokenizer.encode('two');
    const one = async (prompt: string | number[]) =>
      (await client.completions.create({ model: 'tiny', prompt, max_tokens: 6, temperature: 0, echo: true }))
        .choices[0]!.text;
    const both = await client.completions.create({
      model: 'tiny',
      prompt: ['one', 'two'],
      max_tokens: 6,
      temperature: 0,
      echo: true,
    });
    assert.deepEqual(
      both.choices.map(({ text }) => text),
      [await one('one'), await one(ids)],
    );
    assert.ok((await one('one')).startsWith('one'));
  });

  it('echo with logprobs scores each token of a prompt behind what stands before it, whole and streamed', async () => {
    const text = 'é, a prompt of some tokens';
    const ids = model.tokenizer.encode(text);
    const alone = ids.slice(1).map((id, nth) => logProb(nextLogits(model.params, ids.slice(0, nth + 1)), id));
    await client.completions.create({ model: 'tiny', prompt: text, max_tokens: 1 }); // it is in the cache now
    for (const max_tokens of [0, 1])
      for (const prompt of [text, ids]) {
        const request = { model: 'tiny', prompt, max_tokens, echo: true, logprobs: 2, temperature: 0 };
        const [choice] = (await client.completions.create(request)).choices;
        const { tokens, token_logprobs, top_logprobs, text_offset } = choice!.logprobs!;
        assert.ok(choice!.text.startsWith(text));
        assert.equal(tokens!.length, ids.length + max_tokens);
        assert.deepEqual([token_logprobs![0], top_logprobs![0]], [null, null]);
        for (const [nth, expected] of alone.entries()) {
          assert.ok(Math.abs(token_logprobs![nth + 1]! - expected) < 1e-4);
          assert.equal(top_logprobs![nth + 1]![tokens![nth + 1]!], token_logprobs![nth + 1]);
        }
        const places = ids.map((_, nth) => (nth < 2 ? 0 : nth - 1)); // the first character is two tokens
        assert.deepEqual(text_offset!.slice(0, ids.length), places);
        if (max_tokens > 0) assert.equal(text_offset!.at(-1), text.length);
        const streamed = { text: '', scores: [] as (number | null)[] };
        for await (const { choices } of await client.completions.create({ ...request, stream: true })) {
          streamed.text += choices[0]!.text;
          streamed.scores.push(...(choices[0]!.logprobs?.token_logprobs ?? []));
        }
        assert.deepEqual(streamed, { text: choice!.text, scores: token_logprobs });
      }
  });

  it('errors are those of the client, with a sentence and the field', async () => {
    const refused = (fields: object) => client.chat.completions.create({ ...ask('Hi'), ...fields } as never);
    const cases: [object, number, string | null, RegExp][] = [
      [{ model: 'gpt-5' }, 404, 'model', /expected one of tiny, mute/],
      [{ model: 'mute' }, 400, 'model', /no chat template/],
      [{ response_format: { type: 'json_object' } }, 400, 'response_format.type', /JSON/],
      [{ tools: [{ type: 'function', function: { name: 'f' } }] }, 400, 'tools.0', /tools of clients/],
      [{ audio: { voice: 'x', format: 'wav' } }, 400, 'audio', /text alone/],
      [{ temperature: 3 }, 400, 'temperature', /<=2/],
      [{ temperature: 'hot' }, 400, 'temperature', /number/],
      [{ messages: [] }, 400, 'messages', /messages/],
      [
        { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
        400,
        'messages.0.content',
        /text/,
      ],
      [{ wings: 2 }, 400, 'wings', /no such field/],
      [{ logit_bias: { 5000: 1 } }, 400, 'logit_bias', /5000/],
      [{ messages: [{ role: 'user', content: 'x'.repeat(200) }] }, 400, 'prompt', /fewer than 128 tokens/],
    ];
    for (const [fields, status, param, message] of cases)
      await assert.rejects(refused(fields), (error) => {
        assert.ok(error instanceof OpenAI.APIError, String(error));
        assert.deepEqual([error.status, error.param], [status, param]);
        assert.match(error.message, message);
        return true;
      });
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  });

  it('an answer that the client aborts ends, and its slot is free', async () => {
    const stream = await client.chat.completions.create({
      ...ask('Hi'),
      stream: true,
      seed: 1,
      temperature: 2,
    });
    for await (const _ of stream) break;
    const metrics = async () =>
      (await fetch(`${server.url}/metrics`, { headers: { authorization: 'Bearer right' } })).text();
    while (!(await metrics()).includes('slots_busy{model="tiny"} 0')) await client.models.list();
  });
});
