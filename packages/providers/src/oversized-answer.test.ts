import type { ChatModel, ChatRequest, Tool } from "@massgen/core/model";
import { mostHeld } from "@massgen/provider-kit/parts";
import { framed, wires } from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { collect } from "../fixtures/collect.ts";
import { sendEvents, startUpstream } from "../fixtures/loopback-upstream.ts";
import { testBed } from "../fixtures/test-bed.ts";

const megabyte = "x".repeat(1024 * 1024);
const tools: readonly Tool[] = [{ name: "look", parameters: { type: "object" } }];
const request: ChatRequest = { messages: [{ role: "user", content: "Look." }], tools };

/** A call whose arguments come in pieces of a megabyte each, and do not end. */
function callOn(type: "openai" | "claude", pieces: number): string {
  const call = { id: "1", name: "look", arguments: Array.from({ length: pieces }, () => megabyte) };
  const events = wires[type].events({ reasoning: [], text: [], toolCalls: [call] }, { n: 1, model: "m" });
  return Array.from(events, (event) => framed(wires[type], event)).join("");
}

describe.each(["openai", "claude"] as const)("%s: a tool call without end", (type) => {
  const bed = testBed();

  async function modelOf(pieces: number): Promise<ChatModel> {
    bed.upstream = await startUpstream(({ response }) => sendEvents(response, callOn(type, pieces)));
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
