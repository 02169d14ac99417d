# LangChain on the Responses API. Arguments: base URL, what to do.
import json
import sys

import openai
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

base_url, what, *rest = sys.argv[1:]
model = ChatOpenAI(model="massgen", base_url=base_url, api_key="not-needed", use_responses_api=True)
question = "What is 25 * 4?"


class Sum(BaseModel):
    question: str
    result: int


def text():
    whole = model.invoke(question)
    streamed = None
    for chunk in model.stream(question):
        streamed = chunk if streamed is None else streamed + chunk
    return [{"text": answer.text, "tokens": answer.usage_metadata["total_tokens"]} for answer in [whole, streamed]]


def tools():
    given = []

    @tool
    def double(value: int) -> int:
        """Doubles a number."""
        given.append(value)
        return value * 2

    conversation = [HumanMessage(rest[0])]
    bound = model.bind_tools([double])
    while (answer := bound.invoke(conversation)).tool_calls:
        conversation.append(answer)
        conversation.extend(double.invoke(call) for call in answer.tool_calls)
    return {"given": given, "answer": answer.text}


def output():
    return model.with_structured_output(Sum).invoke(question).model_dump()


def failure():
    try:
        model.invoke(question)
    except openai.APIStatusError as error:
        return {"type": type(error).__name__, "status": error.status_code}


def broken():
    said = ""
    try:
        for chunk in model.stream(question):
            said += chunk.text
        return {"said": said, "failed": None}
    except Exception as error:
        return {"said": said, "failed": type(error).__name__, "message": str(error)}


print(json.dumps(globals()[what]()))
