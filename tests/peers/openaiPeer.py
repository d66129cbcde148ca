"""What OpenAI's client for Python gets from a server: its address comes in, what it has seen goes out."""

import json
import sys

from openai import APIStatusError, OpenAI

question = json.load(sys.stdin)
client = OpenAI(base_url=question["url"] + "/v1", api_key="right", max_retries=0)
request = {
    "model": "tiny",
    "messages": [{"role": "user", "content": "Hello"}],
    "seed": 3,
    "max_tokens": 20,
}

whole = client.chat.completions.create(**request, logprobs=True, top_logprobs=2)
streamed, usage = "", None
for chunk in client.chat.completions.create(
    **request, stream=True, stream_options={"include_usage": True}
):
    if chunk.choices:
        streamed += chunk.choices[0].delta.content or ""
    usage = chunk.usage or usage
completion = client.completions.create(model="tiny", prompt="once", max_tokens=5, seed=1, echo=True)


def refused(**fields):
    try:
        client.chat.completions.create(**{**request, **fields})
    except APIStatusError as error:
        return [error.status_code, type(error).__name__, error.body["param"]]


json.dump(
    {
        "models": [model.id for model in client.models.list()],
        "whole": whole.choices[0].message.content,
        "finish": whole.choices[0].finish_reason,
        "bytes": [byte for token in whole.choices[0].logprobs.content for byte in token.bytes],
        "top": [len(token.top_logprobs) for token in whole.choices[0].logprobs.content],
        "streamed": streamed,
        "usage": [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens],
        "completion": completion.choices[0].text,
        "refused": [
            refused(model="none"),
            refused(temperature=3),
            refused(response_format={"type": "json_object"}),
        ],
    },
    sys.stdout,
)
