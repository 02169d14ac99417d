# What goes wrong, as the client reports it. Arguments: base URL, the server's key.
import json
import sys

import openai

base_url, key = sys.argv[1:]
messages = [{"role": "user", "content": "Hello!"}]


def failure(api_key, **request):
    try:
        openai.OpenAI(base_url=base_url, api_key=api_key).chat.completions.create(**request)
    except openai.APIStatusError as error:
        return {
            "type": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "param": error.param,
            "request_id": bool(error.request_id),
        }


failures = [
    failure("sk-wrong", model="massgen", messages=messages),
    failure(key, model="massgen/other", messages=messages),
    failure(key, model="massgen", messages=[], stream=True),
]
print(json.dumps(failures))
