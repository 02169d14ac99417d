import type { ToolCall } from "@massgen/core/model";
import { expect, test } from "vitest";
import { answered } from "../../../test/scripted-run.ts";
import { ProblemError } from "../../problem.ts";
import type { Answered, Kept } from "../wire.ts";
import { itemIdOf, responseIdOf } from "./ids.ts";
import type { OwnRequest } from "./response.ts";
import { openaiResponses } from "./wire.ts";

/** A client with its stored responses. */
function client() {
  const kept = new Map<string, Kept<OwnRequest>>();
  const recall = (id: string) => kept.get(id);
  return {
    kept,
    parse: (body: object) => openaiResponses.parse(body, recall),
    /** Asks, and gets this answer. */
    ask: (body: object, text: string, toolCalls: readonly ToolCall[] = []): string => {
      const { own } = openaiResponses.parse(body, recall);
      const id = responseIdOf(`run_${kept.size}`);
      kept.set(id, { own, result: answered(text, { toolCalls }) as Answered, imagesDropped: false });
      return id;
    },
  };
}

function complaint(parse: () => unknown): { param?: string; code: string; message: string } {
  try {
    parse();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error("It was taken.");
}

test("a chain of 200 responses goes on, and the next one says what to do", () => {
  const { ask, parse, kept } = client();
  let id = ask({ input: "0" }, "answer 0");
  for (let at = 1; at <= 200; at += 1) id = ask({ input: String(at), previous_response_id: id }, `answer ${at}`);
  const last = kept.get(id)!.own.conversation;
  expect([last.items.length, last.links]).toEqual([401, 200]);
  expect(complaint(() => parse({ input: "x", previous_response_id: id }))).toMatchObject({
    param: "previous_response_id",
    message: expect.stringContaining("200 responses") as string,
  });
});

test("what a chain holds counts, however little each request sends", () => {
  const { ask, parse, kept } = client();
  const text = "x".repeat(6_000_000);
  let id = ask({ input: text }, "1");
  for (const _ of [2, 3]) id = ask({ input: text, previous_response_id: id }, "more");
  expect(kept.get(id)!.own.size).toBeGreaterThan(3 * text.length);
  id = ask({ input: text, previous_response_id: id }, "more");
  expect(complaint(() => parse({ input: "x", previous_response_id: id }))).toMatchObject({
    param: "previous_response_id",
    message: expect.stringContaining("20000000 characters") as string,
  });
});

test("tools and instructions count for what is stored, but not for the conversation", () => {
  const { parse } = client();
  const tools = [{ type: "function", name: "f", description: "x".repeat(9000) }];
  const { size, conversation } = parse({ input: "Hi", tools, instructions: "y".repeat(5000) }).own;
  expect(size).toBeGreaterThan(14_000);
  expect(conversation.size).toBeLessThan(1000);
});

test("one long answer cannot be named a thousand times", () => {
  const { ask, parse } = client();
  ask({ input: "Hi" }, "x".repeat(1_000_000));
  const input = Array.from({ length: 1000 }, () => ({ type: "item_reference", id: itemIdOf("msg", "run_0") }));
  expect(complaint(() => parse({ input }))).toMatchObject({ param: "input", code: "invalid_value" });
  expect(parse({ input: input.slice(0, 5) }).run.messages).toHaveLength(5);
});

test("references: the text once, each call, no reasoning, nothing of others", () => {
  const { ask, parse } = client();
  const toolCalls = [{ id: "c1", name: "look", arguments: "{}" }];
  ask({ input: "Hi" }, "I look.", toolCalls);
  const ids = [itemIdOf("rs", "run_0"), itemIdOf("msg", "run_0"), itemIdOf("msg", "run_0", 1), itemIdOf("fc", "run_0")];
  const input = [
    ...ids.map((id) => ({ type: "item_reference", id })),
    { type: "function_call_output", call_id: "c1", output: "blue" },
  ];
  expect(parse({ input }).run.messages).toEqual([
    { role: "assistant", content: "I look.", toolCalls },
    { role: "tool", toolCallId: "c1", name: "look", content: "blue" },
  ]);
  for (const id of [itemIdOf("fc", "run_0", 1), itemIdOf("msg", "run_9"), "constructor", "msg___proto___0"]) {
    expect(complaint(() => parse({ input: [{ id }] }))).toMatchObject({ param: "input[0].id" });
  }
});
