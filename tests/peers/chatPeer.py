"""Hugging Face's apply_chat_template: from {file, templates: [{source, bos}], chats} to [ids, mask] of each chat by each."""
import json
import sys

from transformers import PreTrainedTokenizerFast


def answer(file, source, bos, chats):
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=file, bos_token=bos, clean_up_tokenization_spaces=False)
    options = {"chat_template": source, "return_dict": True, "return_assistant_tokens_mask": True}
    encoded = [
        tokenizer.apply_chat_template(chat["messages"], add_generation_prompt=chat["reply"], **options)
        for chat in chats
    ]
    return [[one["input_ids"], one["assistant_masks"]] for one in encoded]


question = json.load(sys.stdin)
chats = question["chats"]
answers = [answer(question["file"], one["source"], one["bos"], chats) for one in question["templates"]]
print(json.dumps(answers))
