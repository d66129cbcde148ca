/** The workbook's assistant with its notation in the template language that other programs read. */
import { chatModel } from '../../artifacts/chatModel.js';
import type { Size } from '../../core/size.js';
import type { ModelToWrite } from '../../model/files/pretrained.js';

/** ChatML, as `chatMl` writes plain turns; calls of tools are not in it. */
const chatMlSource =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** The chat model of a size, made if need be. An answer ends with its turn, or where a document would. */
export async function chatToWrite(size: Size): Promise<ModelToWrite> {
  const { params, tokenizer, template } = await chatModel(size);
  const stopIds = [template.endOfTurn, '<|endoftext|>'].map((name) => tokenizer.specialTokens.get(name)!);
  return { params, tokenizer, stopIds, chatTemplate: chatMlSource };
}
