# A typed answer. Argument: base URL.
import sys

from openai import OpenAI
from pydantic import BaseModel


class Sum(BaseModel):
    question: str
    result: int


client = OpenAI(base_url=sys.argv[1], api_key="not-needed", max_retries=0)
messages = [{"role": "user", "content": "What is 25 * 4?"}]
answer = client.chat.completions.parse(model="massgen", messages=messages, response_format=Sum)
print(answer.choices[0].message.parsed.model_dump_json())
