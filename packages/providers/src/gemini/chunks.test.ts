import { expect, test } from "vitest";
import { chunksIn } from "./chunks.ts";
import { createGeminiEvents } from "./events.ts";

function argumentsIn(...chunks: readonly string[]): unknown {
  const events = createGeminiEvents("m", 1);
  const seen = chunks.flatMap((data) =>
    (chunksIn({ type: "event", data, name: undefined } as never) ?? []).flatMap((chunk) => events.push(chunk).events),
  );
  return [...seen, ...events.end()].flatMap((event) => (event.type === "tool-call" ? [event.arguments] : []));
}

const chunk = (call: string, finish = ""): string =>
  `{"candidates":[{"content":{"parts":[{"functionCall":${call}}]}${finish}}]}`;
const end = ',"finishReason":"STOP"';

test("integers that a double cannot hold stay as the model wrote them", () => {
  const args = '{"id":12345678901234567891,"list":[-9007199254740993]}';
  expect(argumentsIn(chunk(`{"name":"f","args":${args}}`, end))).toEqual([args]);
});

test("pieces of arguments that lead into such a number replace it", () => {
  const begin = chunk('{"name":"f","args":{"id":12345678901234567891},"willContinue":true}');
  const piece = chunk('{"partialArgs":[{"jsonPath":"$.id.a","stringValue":"x"}],"willContinue":true}');
  expect(argumentsIn(begin, piece, chunk("{}", end))).toEqual(['{"id":{"a":"x"}}']);
});
