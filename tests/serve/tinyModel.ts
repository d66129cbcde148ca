/** A model of bytes that is small, untrained, and sure enough of its mind that a text tells what it has read. */
import { join } from 'node:path';
import { tf } from '../../src/backend/tf.js';
import { renderChat } from '../../src/chat/render.js';
import { type ChatTemplate, chatMl } from '../../src/chat/template.js';
import { createRandom } from '../../src/core/random.js';
import { saveHuggingFace } from '../../src/model/files/huggingFace/saveHuggingFace.js';
import { generateBatch } from '../../src/model/generate.js';
import { createParams, type GptParams, namedParams } from '../../src/model/params.js';
import type { SampleOptions } from '../../src/model/sample.js';
import type { ServedModel } from '../../src/serve/index.js';
import { type BpeTokenizer, byteTokenizer } from '../../src/tokenizer/bpe.js';
import { withSpecialTokens } from '../../src/tokenizer/withSpecialTokens.js';

/** As it is served, with a template and the parameters of a whole model. */
export type TinyModel = ServedModel & {
  readonly params: GptParams;
  readonly tokenizer: BpeTokenizer;
  readonly template: ChatTemplate;
};

/** Makes it; the caller frees its parameters. Few of its texts end before their limit. */
export function tinyModel(blockSize = 128): TinyModel {
  const tokenizer = withSpecialTokens(byteTokenizer(), chatMl.specialTokens);
  const shape = { vocabSize: tokenizer.vocabSize, blockSize, nLayer: 2, nHead: 2, nEmbd: 16 };
  const params = createParams(shape, createRandom(1));
  tf.tidy(() => {
    for (const variable of namedParams(params).values())
      if (variable.rank >= 2) variable.assign(variable.mul(8));
  });
  return { name: 'tiny', params, tokenizer, template: chatMl, startIds: [], stopIds: [] };
}

/** What the model answers where nobody else asks: by `generateBatch`, which knows nothing of the server. */
export function textAlone(
  { params, tokenizer, template }: TinyModel,
  content: string,
  { maxTokens, seed, ...drawing }: { maxTokens: number; seed: number } & SampleOptions,
): string {
  const { ids } = renderChat([{ role: 'user', content }], { template, tokenizer, reply: true });
  const stopId = tokenizer.specialTokens.get(template.endOfTurn)!;
  const options = { ...drawing, maxTokens, random: createRandom(seed), stopId };
  const [text] = generateBatch(params, [ids], options);
  return tokenizer.decode(text!.stopped ? text!.ids.slice(0, -1) : text!.ids);
}

const chatTemplate =
  "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/** Writes it as Hugging Face folders: `tiny`, and `mute`, which has no template. */
export function saveTinyModel(folder: string, { params, tokenizer }: TinyModel): void {
  const stopIds = [tokenizer.specialTokens.get('<|im_end|>')!];
  saveHuggingFace(join(folder, 'tiny'), { params, tokenizer, chatTemplate, stopIds });
  saveHuggingFace(join(folder, 'mute'), { params, tokenizer });
}
