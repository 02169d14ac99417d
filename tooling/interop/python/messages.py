# Anthropic's Messages API, as the client reports it. Arguments: base URL, what to do.
import json
import sys

import anthropic
from anthropic import Anthropic, beta_tool
from pydantic import BaseModel

base_url, what, *rest = sys.argv[1:]
client = Anthropic(base_url=base_url, api_key="not-needed")
asked = {"model": "massgen", "max_tokens": 2000, "messages": [{"role": "user", "content": "What is 25 * 4?"}]}
thinking = {"type": "enabled", "budget_tokens": 1024}


class Sum(BaseModel):
    question: str
    result: int


def create():
    plain = client.messages.create(**asked)
    thoughtful = client.messages.create(**asked, thinking=thinking)
    return {
        "stop_reason": plain.stop_reason,
        "blocks": [block.type for block in plain.content],
        "text": plain.content[0].text,
        "request_id": bool(plain._request_id),
        "thinking": thoughtful.content[0].thinking,
    }


def stream():
    with client.messages.stream(**asked, thinking=thinking) as stream:
        said = "".join(stream.text_stream)
        final = stream.get_final_message()
    return {"said": said, "stop_reason": final.stop_reason, "blocks": [block.type for block in final.content]}


def parse():
    return client.messages.parse(**asked, output_format=Sum).parsed_output.model_dump()


def tools():
    given = []

    @beta_tool
    def double(value: int) -> str:
        """Doubles a number.

        Args:
            value: What to double.
        """
        given.append(value)
        return str(value * 2)

    messages = [{"role": "user", "content": rest[0]}]
    runner = client.beta.messages.tool_runner(model="massgen", max_tokens=2000, tools=[double], messages=messages)
    return {"given": given, "answer": runner.until_done().content[0].text}


def count():
    return client.messages.count_tokens(model="massgen", messages=asked["messages"]).input_tokens


def failure():
    try:
        client.messages.create(**asked)
    except anthropic.APIStatusError as error:
        return {"type": type(error).__name__, "status": error.status_code, "message": error.message}


def broken():
    said = ""
    try:
        with client.messages.stream(**asked) as stream:
            for text in stream.text_stream:
                said += text
    except anthropic.APIError as error:
        return {"said": said, "failed": type(error).__name__, "message": error.message}


def refused():
    errors = []
    for change in [{"model": "massgen/other"}, {"messages": []}]:
        try:
            client.messages.create(**(asked | change))
        except anthropic.APIStatusError as error:
            errors.append({"type": type(error).__name__, "request_id": bool(error.request_id)})
    return errors


print(json.dumps(globals()[what]()))
