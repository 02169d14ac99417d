# A stream that breaks. Argument: base URL.
import json
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="not-needed")
messages = [{"role": "user", "content": "Hello!"}]
content = ""
try:
    for chunk in client.chat.completions.create(model="massgen", messages=messages, stream=True):
        content += chunk.choices[0].delta.content or ""
except openai.APIError as error:
    print(json.dumps({"content": content, "type": type(error).__name__, "error_type": error.type}))
