# The Responses API, as the client reports it. Arguments: base URL, what to do.
import json
import sys

import openai
from openai import OpenAI
from pydantic import BaseModel

base_url, what, *rest = sys.argv[1:]
client = OpenAI(base_url=base_url, api_key="not-needed")
asked = {"model": "massgen", "input": "What is 25 * 4?"}


class Sum(BaseModel):
    question: str
    result: int


def summary_of(response):
    return "".join(part.text for item in response.output if item.type == "reasoning" for part in item.summary)


def create():
    response = client.responses.create(**asked)
    return {"status": response.status, "text": response.output_text, "summary": summary_of(response)}


def stream():
    said = ""
    with client.responses.stream(**asked) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                said += event.delta
        final = stream.get_final_response()
    return {"status": final.status, "text": final.output_text, "said": said, "summary": summary_of(final)}


def parse():
    parsed = client.responses.parse(**asked, text_format=Sum).output_parsed
    with client.responses.stream(**asked, text_format=Sum) as stream:
        streamed = stream.get_final_response().output_parsed
    return [parsed.model_dump(), streamed.model_dump()]


def tools():
    parameters = {
        "type": "object",
        "properties": {"value": {"type": "number"}},
        "required": ["value"],
        "additionalProperties": False,
    }
    tool = {"type": "function", "name": "double", "parameters": parameters, "strict": True}
    given = []
    request = {"model": "massgen", "input": rest[0], "tools": [tool]}
    while True:
        response = client.responses.create(**request)
        calls = [item for item in response.output if item.type == "function_call"]
        if not calls:
            return {"given": given, "answer": response.output_text}
        outputs = []
        for call in calls:
            value = json.loads(call.arguments)["value"]
            given.append(value)
            outputs.append({"type": "function_call_output", "call_id": call.call_id, "output": str(value * 2)})
        request |= {"input": outputs, "previous_response_id": response.id}


def resume():
    """Leaves a stream in the background after some events, and comes back for the others, in two ways."""
    numbers, said, response_id = [], "", None
    with client.responses.create(**asked, background=True, stream=True) as stream:
        for event in stream:
            numbers.append(event.sequence_number)
            if event.type == "response.created":
                response_id = event.response.id
            if len(numbers) == 4:
                break
    for event in client.responses.retrieve(response_id, stream=True, starting_after=numbers[-1]):
        numbers.append(event.sequence_number)
        if event.type == "response.output_text.delta":
            said += event.delta
    again = []
    with client.responses.stream(response_id=response_id, starting_after=3) as stream:
        for event in stream:
            again.append(event.sequence_number)
        final = stream.get_final_response()
    return {"numbers": numbers, "said": said, "again": again, "status": final.status, "text": final.output_text}


def cancel():
    begun = client.responses.create(**asked, background=True)
    cancelled = client.responses.cancel(begun.id)
    return [begun.status, cancelled.status, client.responses.retrieve(begun.id).status]


def failure():
    try:
        client.responses.create(**asked)
    except openai.APIStatusError as error:
        return {"type": type(error).__name__, "status": error.status_code, "message": error.message}


def broken():
    said = ""
    try:
        for event in client.responses.create(**asked, stream=True):
            if event.type == "response.output_text.delta":
                said += event.delta
    except openai.APIError as error:
        return {"said": said, "failed": type(error).__name__, "message": error.message}


print(json.dumps(globals()[what]()))
