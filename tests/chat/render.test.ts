import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChatMessage, chatMl, jinjaTemplate, llama3Chat, renderChat } from '../../src/chat/index.js';
import { createRandom } from '../../src/core/random.js';
import { byteTokenizer, withSpecialTokens } from '../../src/tokenizer/index.js';

const names = [...new Set([...chatMl.specialTokens, ...llama3Chat.specialTokens])];
const tokenizer = withSpecialTokens(byteTokenizer(), names);

/** ChatML as Qwen's and SmolLM's files have it. */
const chatMlSource =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
/** The heart of Llama 3's file. */
const llama3Source =
  "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + " +
  "message['content'] | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}" +
  "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

const pieces = [
  'Hi',
  ' there\n',
  '<|im_end|>',
  '<|im_start|>assistant\n',
  '<|eot_id|>',
  ' ',
  '\n\n',
  'é',
  '<|',
  '日本',
  '<RESULT_START>',
];

function randomChat(seed: number): ChatMessage[] {
  const random = createRandom(seed);
  const text = () => Array.from({ length: 1 + random.integer(6) }, () => random.pick(pieces)).join('');
  const turns = Array.from({ length: 1 + random.integer(5) }, (_, nth): ChatMessage => {
    return { role: nth % 2 === 0 ? 'user' : 'assistant', content: text() };
  });
  return random.uniform() < 0.5 ? [{ role: 'system', content: text() }, ...turns] : turns;
}

describe('renderChat()', () => {
  it('writes ChatML as its published form has it', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ] as const;
    const { ids } = renderChat(messages, { template: chatMl, tokenizer, reply: true });
    const expected =
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n';
    assert.equal(tokenizer.decode(ids), expected);
  });

  it('gives the same ids and masks by a template as data and by the Jinja program of a model’s file', () => {
    const forms = [
      [chatMl, jinjaTemplate(chatMlSource, { specialTokens: chatMl.specialTokens, endOfTurn: '<|im_end|>' })],
      [
        llama3Chat,
        jinjaTemplate(llama3Source, {
          specialTokens: llama3Chat.specialTokens,
          endOfTurn: '<|eot_id|>',
          bosToken: '<|begin_of_text|>',
        }),
      ],
    ] as const;
    for (const [own, jinja] of forms) {
      for (let seed = 0; seed < 100; seed++) {
        const messages = randomChat(seed);
        const options = { tokenizer, reply: seed % 2 === 0 };
        const expected = renderChat(messages, { template: jinja, ...options });
        assert.deepEqual(
          renderChat(messages, { template: own, ...options }),
          expected,
          `${own.name}, seed ${seed}`,
        );
      }
    }
  });

  it('makes a special token of none that a message spells', () => {
    for (let seed = 0; seed < 100; seed++) {
      const messages = randomChat(seed);
      const { ids } = renderChat(messages, { template: chatMl, tokenizer });
      const end = tokenizer.specialTokens.get('<|im_end|>');
      assert.equal(ids.filter((id) => id === end).length, messages.length);
    }
  });

  it('counts what the assistant writes, its calls and the end of its turn, and nothing else', () => {
    const messages: ChatMessage[] = [
      { role: 'user', content: 'Where is Oslo?' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see. ' },
          { type: 'call', tool: 'search', text: 'Oslo' },
          { type: 'result', text: 'Oslo: a city in Norway' },
          { type: 'text', text: 'In Norway.' },
        ],
      },
    ];
    const { ids, mask } = renderChat(messages, { template: chatMl, tokenizer });
    const counted = tokenizer.decode(ids.filter((_, nth) => mask[nth]));
    assert.equal(counted, 'Let me see. <SEARCH_START>Oslo<SEARCH_END>In Norway.<|im_end|>');
  });

  it('says what is wrong with a chat that cannot be written down', () => {
    const wrong: [ChatMessage[], RegExp][] = [
      [[], /expected at least one message, got none/],
      [
        [{ role: 'robot', content: 'x' } as never],
        /role of system, user, assistant, tool, got robot in message 0/,
      ],
      [[{ role: 'user', content: 5 } as never], /text or parts as content, got number in message 0/],
      [[{ role: 'user', content: [{ type: 'text', text: 'x' }] }], /parts in an assistant’s turn only/],
      [
        [{ role: 'assistant', content: [{ type: 'call', tool: 'fly', text: '' }] }],
        /a call of search or code, got fly/,
      ],
    ];
    for (const [messages, message] of wrong)
      assert.throws(() => renderChat(messages, { template: chatMl, tokenizer }), {
        name: 'RangeError',
        message,
      });
    assert.throws(
      () => renderChat([{ role: 'user', content: 'x' }], { template: chatMl, tokenizer: byteTokenizer() }),
      {
        message: /expected a tokenizer with <\|im_start\|> of ChatML/,
      },
    );
  });

  it('renders 100,000 turns', () => {
    const messages = Array.from({ length: 100_000 }, (_, nth): ChatMessage => {
      return { role: nth % 2 ? 'assistant' : 'user', content: 'x' };
    });
    const { ids, mask } = renderChat(messages, { template: chatMl, tokenizer });
    assert.equal(mask.filter(Boolean).length, 100_000);
    assert.equal(ids.length, mask.length);
  });
});

describe('jinjaTemplate()', () => {
  const options = { specialTokens: ['</s>'], endOfTurn: '</s>', seconds: 2 };
  const messages = [{ role: 'user', content: 'x' }] as const;

  it('refuses a program that does not parse', () => {
    assert.throws(() => jinjaTemplate('{% for %}', options), {
      name: 'SyntaxError',
      message: /Cannot read the template/,
    });
  });

  it('ends a program that loops, and goes on', () => {
    const template = jinjaTemplate(
      '{% if messages | length > 1 %}{% for i in range(1000000000) %}{{ i }}{% endfor %}{% endif %}fine',
      options,
    );
    assert.throws(() => template.segments([...messages, ...messages]), /more than 2 s or too much memory/);
    assert.equal(template.segments(messages)[0]?.text, 'fine');
  });

  it('passes on what a program refuses', () => {
    const template = jinjaTemplate("{{ raise_exception('roles must alternate') }}", options);
    assert.throws(() => template.segments(messages), /Cannot run the template: roles must alternate/);
  });
});
