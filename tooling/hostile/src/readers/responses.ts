import { createResponseEvents } from "../../../../packages/providers/src/openai-responses/events.ts";
import type { JsonObject } from "../../../../packages/provider-kit/src/wire/json-value.ts";
import type { Reader } from "../reader.ts";
import { pushing, thoughts } from "./pushing.ts";

const responses = () => createResponseEvents({ provider: "openai", model: "m" }, 1);
const responsesEnd: JsonObject = { type: "response.completed", response: { status: "completed" } };

/** What reads answers of OpenAI's Responses API as they stream in. */
export const responseReaders: readonly Reader[] = [
  {
    name: "createResponseEvents, text and reasoning",
    inPieces: true,
    frames: thoughts,
    read: pushing(
      responses,
      (delta, n) =>
        n % 2 === 0
          ? { type: "response.output_text.delta", output_index: n % 3, delta }
          : { type: "response.reasoning_text.delta", output_index: n % 3, content_index: delta, delta },
      responsesEnd,
    ),
  },
  {
    name: "createResponseEvents, a call's arguments",
    inPieces: true,
    frames: [
      ["", ""],
      ['{"a":"', '"}'],
    ],
    read: pushing(
      responses,
      (delta) => ({ type: "response.function_call_arguments.delta", output_index: 0, delta }),
      responsesEnd,
      { type: "response.output_item.added", output_index: 0, item: { type: "function_call", name: "vote" } },
    ),
  },
  {
    name: "createResponseEvents, many items and words in place of numbers",
    inPieces: true,
    read: pushing(
      responses,
      (text, n) => ({
        type: n % 2 === 0 ? "response.output_item.added" : "response.output_item.done",
        output_index: n % 6,
        item: { type: n % 3 === 0 ? "reasoning" : "function_call", id: text, call_id: text, name: text, [text]: text },
      }),
      responsesEnd,
    ),
  },
];
