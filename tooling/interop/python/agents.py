# OpenAI's Agents SDK on the Responses API. Arguments: base URL, what to do.
import asyncio
import json
import sys

import openai
from agents import Agent, Runner, function_tool, set_default_openai_client, set_tracing_disabled
from pydantic import BaseModel

base_url, what, *rest = sys.argv[1:]
set_default_openai_client(openai.AsyncOpenAI(base_url=base_url, api_key="not-needed"), use_for_tracing=False)
set_tracing_disabled(True)
given = []


class Sum(BaseModel):
    question: str
    result: int


@function_tool
def double(value: int) -> int:
    """Doubles a number."""
    given.append(value)
    return value * 2


async def tools():
    agent = Agent(name="Doubler", instructions="Use the tool.", tools=[double], model="massgen")
    whole = await Runner.run(agent, rest[0])
    streamed = Runner.run_streamed(agent, rest[0])
    said = ""
    async for event in streamed.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            said += event.data.delta
    return {"given": given, "answer": whole.final_output, "streamed": streamed.final_output, "said": said}


async def handoff():
    maths = Agent(name="Maths", handoff_description="Answers sums.", instructions="Answer sums.", model="massgen")
    desk = Agent(name="Desk", instructions="Hand over.", handoffs=[maths], model="massgen")
    result = await Runner.run(desk, "What is 25 * 4?")
    return {"answer": result.final_output, "by": result.last_agent.name}


async def output():
    agent = Agent(name="Sums", output_type=Sum, model="massgen")
    return (await Runner.run(agent, "What is 25 * 4?")).final_output.model_dump()


async def failure():
    try:
        await Runner.run(Agent(name="Plain", model="massgen"), "What is 25 * 4?")
    except openai.APIStatusError as error:
        return {"type": type(error).__name__, "status": error.status_code}


async def broken():
    result = Runner.run_streamed(Agent(name="Plain", model="massgen"), "What is 25 * 4?")
    said = ""
    try:
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                said += event.data.delta
        return {"said": said, "failed": None, "final": str(result.final_output)}
    except Exception as error:
        return {"said": said, "failed": type(error).__name__, "message": str(error)}


print(json.dumps(asyncio.run(globals()[what]())))
