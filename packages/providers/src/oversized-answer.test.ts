import type { ChatModel, ChatRequest, Tool } from "@massgen/core/model";
import { mostHeld } from "@massgen/provider-kit/parts";
import { describe, expect, test } from "vitest";
import { collect } from "../fixtures/collect.ts";
import { sendEvents, startUpstream } from "../fixtures/loopback-upstream.ts";
import { testBed } from "../fixtures/test-bed.ts";

const megabyte = "x".repeat(1024 * 1024);
const tools: readonly Tool[] = [{ name: "look", parameters: { type: "object" } }];
const request: ChatRequest = { messages: [{ role: "user", content: "Look." }], tools };

const event = (payload: unknown): string => `data: ${JSON.stringify(payload)}\n\n`;

/** A call whose arguments come in pieces of a megabyte each. */
const wires = [
  {
    type: "openai",
    begin: "",
    piece: event({
      choices: [{ delta: { tool_calls: [{ index: 0, id: "1", function: { name: "look", arguments: megabyte } }] } }],
    }),
  },
  {
    type: "claude",
    begin: event({ type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "1", name: "look" } }),
    piece: event({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: megabyte },
    }),
  },
] as const;

describe.each(wires)("$type: a tool call without end", ({ type, begin, piece }) => {
  const bed = testBed();

  async function modelOf(pieces: number): Promise<ChatModel> {
    bed.upstream = await startUpstream(({ response }) => sendEvents(response, begin + piece.repeat(pieces)));
    return bed.registry.createModel({ type, model: "m", apiKey: "k-12345", baseUrl: bed.upstream.url, options: {} });
  }

  test("is ended as an answer that cannot be used, and nothing of it is given out", async () => {
    const { events, error } = await collect((await modelOf(40)).stream(request));
    expect(events).toEqual([]);
    expect([error?.code, error?.message]).toEqual([
      "invalid-response",
      `${type} m: the answer holds more than ${mostHeld} characters in one piece, be it an event or a tool call`,
    ]);
  });

  test("is read on while it is within bounds", async () => {
    const { error } = await collect((await modelOf(2)).stream(request));
    expect(error?.code).toBe("truncated");
  });
});
