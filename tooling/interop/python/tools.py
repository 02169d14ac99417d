# An agent with one tool. Arguments: base URL, question, "whole" or "streamed".
import json
import sys

from openai import OpenAI

base_url, question, mode = sys.argv[1:]
client = OpenAI(base_url=base_url, api_key="not-needed", max_retries=0)
parameters = {"type": "object", "properties": {"value": {"type": "number"}}, "required": ["value"]}
request = {
    "model": "massgen",
    "messages": [{"role": "user", "content": question}],
    "tools": [{"type": "function", "function": {"name": "double", "parameters": parameters}}],
}


def ask():
    if mode == "whole":
        return client.chat.completions.create(**request).choices[0]
    with client.chat.completions.stream(**request) as stream:
        return stream.get_final_completion().choices[0]


given = []
choice = ask()
while choice.finish_reason == "tool_calls":
    request["messages"].append(choice.message)
    for call in choice.message.tool_calls:
        value = json.loads(call.function.arguments)["value"]
        given.append(value)
        request["messages"].append({"role": "tool", "tool_call_id": call.id, "content": str(value * 2)})
    choice = ask()
print(json.dumps({"given": given, "answer": choice.message.content}))
