/** A model as the server offers it. */
import { jinjaTemplate } from '../chat/jinja.js';
import type { ChatTemplate } from '../chat/template.js';
import type { PretrainedModel } from '../model/files/pretrained.js';
import type { InferenceParams } from '../model/params.js';
import type { SampleOptions } from '../model/sample.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** A model under the name that clients ask for it by. */
export interface ServedModel {
  readonly name: string;
  /** The caller frees them, once the server has ended. */
  readonly params: InferenceParams;
  readonly tokenizer: Tokenizer;
  /** How a chat is written down; without one the model goes on with texts alone. */
  readonly template?: ChatTemplate;
  /** Ids before every text; a template writes its own. */
  readonly startIds: readonly number[];
  /** Ids that end a text. */
  readonly stopIds: readonly number[];
  /** How tokens are drawn where a request does not say. */
  readonly sampling?: SampleOptions;
}

/**
 * Makes a loaded model ready to be served, with the chat template that its files carry, if any.
 *
 * @throws {SyntaxError} If the template does not parse.
 *
 * @example
 * const model = servedModel('tiny', { params, tokenizer, startIds: [256], stopIds: [256] });
 * [model.name, model.template] // ['tiny', undefined]
 */
export function servedModel(name: string, model: PretrainedModel<InferenceParams>): ServedModel {
  const { params, tokenizer, startIds, stopIds, sampling } = model;
  const template = templateOf(name, model);
  return {
    name,
    params,
    tokenizer,
    startIds,
    stopIds,
    ...(template && { template }),
    ...(sampling && { sampling }),
  };
}

function templateOf(
  name: string,
  { chatTemplate, tokenizer, startIds, stopIds }: PretrainedModel<InferenceParams>,
): ChatTemplate | undefined {
  if (chatTemplate === undefined) return undefined;
  const names = new Map([...tokenizer.specialTokens].map(([token, id]) => [id, token]));
  const ends = stopIds.flatMap((id) => names.get(id) ?? []);
  const endOfTurn = ends.find((token) => chatTemplate.includes(token)) ?? ends[0];
  if (endOfTurn === undefined) return undefined; // nothing would end a turn
  const bosToken = names.get(startIds[0] ?? -1);
  return jinjaTemplate(chatTemplate, {
    name: `the template of ${name}`,
    specialTokens: [...names.values()],
    endOfTurn,
    ...(bosToken !== undefined && { bosToken }),
  });
}
