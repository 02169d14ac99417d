# A stream that breaks, as a client reports it. Arguments: which client, base URL.
import json
import sys

which, base_url = sys.argv[1:]
messages = [{"role": "user", "content": "Hello!"}]
ending = {"content": "", "failures": []}


def chunks_of_openai():
    import openai

    client = openai.OpenAI(base_url=base_url, api_key="not-needed")
    for chunk in client.chat.completions.create(model="massgen", messages=messages, stream=True):
        yield chunk.choices[0].delta.content or "" if chunk.choices else ""


def chunks_of_langchain():
    from langchain_openai import ChatOpenAI

    for chunk in ChatOpenAI(model="massgen", base_url=base_url, api_key="not-needed").stream("Hello!"):
        yield chunk.text if isinstance(chunk.text, str) else chunk.text()


def chunks_of_litellm():
    import litellm

    litellm.suppress_debug_info = True
    stream = litellm.completion(
        model="openai/massgen", base_url=base_url, api_key="not-needed", messages=messages, stream=True, num_retries=0
    )
    for chunk in stream:
        yield chunk.choices[0].delta.content or ""


chunks = {"openai": chunks_of_openai, "langchain": chunks_of_langchain, "litellm": chunks_of_litellm}[which]
try:
    for text in chunks():
        ending["content"] += text
except Exception as error:
    ending["failures"].append(str(error))
print(json.dumps(ending))
