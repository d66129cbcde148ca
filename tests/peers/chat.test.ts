import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { type ChatMessage, chatMl, llama3Chat, renderChat } from '../../src/chat/index.js';
import { createRandom } from '../../src/core/random.js';
import { saveHuggingFaceTokenizer, trainBpe, withSpecialTokens } from '../../src/tokenizer/index.js';
import { mixedText } from '../tokenizer/samples.js';
import { askPython, withPeers } from './python.js';

// Both with what the assistant writes, the end of its turn included, marked as `generation`.
const chatMlSource =
  "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}{% if m['role'] == 'assistant' %}" +
  "{% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}{% else %}{{ m['content'] + '<|im_end|>' }}" +
  "{% endif %}{{ '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const llama3Source =
  "{{ bos_token }}{% for m in messages %}{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n' }}" +
  "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] | trim + '<|eot_id|>' }}{% endgeneration %}" +
  "{% else %}{{ m['content'] | trim + '<|eot_id|>' }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

const specialTokens = [...new Set([...chatMl.specialTokens, ...llama3Chat.specialTokens])];
const tokenizer = withSpecialTokens(trainBpe([mixedText], { vocabSize: 400 }), specialTokens);

/** Turns of words from the samples, blanks and blank lines at their ends included. */
function randomChat(seed: number): ChatMessage[] {
  const random = createRandom(seed);
  const words = mixedText.replace(/<\|\w+\|>/g, '').split(/(?<=\s)/); // theirs makes special tokens of these
  const content = () =>
    random.pick(['', ' ', '\n\n']) +
    Array.from({ length: random.integer(12) }, () => random.pick(words)).join('') +
    random.pick(['', ' ', '\n']);
  const turns = Array.from({ length: 1 + random.integer(6) }, (_, nth): ChatMessage => {
    return { role: nth % 2 === 0 ? 'user' : 'assistant', content: content() };
  });
  return random.uniform() < 0.5 ? [{ role: 'system', content: content() }, ...turns] : turns;
}

withPeers(import.meta.filename, () => {
  it('200 random chats have the ids and masks of apply_chat_template, in ChatML and in Llama 3’s notation', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'chat-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'tokenizer.json');
    saveHuggingFaceTokenizer(file, tokenizer);
    const chats = Array.from({ length: 200 }, (_, seed) => ({
      messages: randomChat(seed),
      reply: seed % 2 === 0,
    }));
    const templates = [
      { source: chatMlSource, bos: '<|im_start|>' },
      { source: llama3Source, bos: '<|begin_of_text|>' },
    ];
    const answers = askPython<[ids: number[], mask: number[]][][]>('chatPeer.py', { file, templates, chats });
    for (const [which, template] of [chatMl, llama3Chat].entries()) {
      let counted = 0;
      for (const [seed, { messages, reply }] of chats.entries()) {
        const { ids, mask } = renderChat(messages, { template, tokenizer, reply });
        const [theirIds, theirMask] = answers[which]![seed]!;
        assert.deepEqual(ids, theirIds, `${template.name}, chat ${seed}: ids`);
        assert.deepEqual(mask, theirMask, `${template.name}, chat ${seed}: mask`);
        counted += theirMask.reduce((sum, one) => sum + one, 0);
      }
      assert.ok(counted > 1000, 'their masks count something');
    }
  });
});
