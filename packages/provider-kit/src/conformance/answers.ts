import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { parseJson } from "../wire/json-value.ts";
import type { KitCapabilities } from "./capabilities.ts";
import type { Collected } from "./collect.ts";
import type { ScriptedAnswer, WireEvent } from "./dialect.ts";
import { assertSame } from "./same.ts";
import type { Exchange } from "./upstream.ts";

/** The first half of {@link greeting}. */
export const beginning: ScriptedAnswer = { text: ["Hel"] };

/** A plain answer, whole. */
export const greeting: ScriptedAnswer = {
  text: ["Hel", "lo"],
  usage: { inputTokens: 12, outputTokens: 34 },
  finish: "stop",
};

/** An answer with everything that this model can give, with characters beyond ASCII. */
export function richAnswer(capabilities: KitCapabilities): ScriptedAnswer {
  return {
    ...(capabilities.reasoning !== false && { reasoning: ["Wer grüßt? ", "Élodie 🙂."] }),
    text: ["Grüß dich, ", "Élodie 😀!"],
    ...(capabilities.tools === false
      ? { finish: "stop" as const }
      : {
          toolCalls: [
            { id: "call-a", name: "look", arguments: '{"place":"Zürich","deep":{"n":[1,2]}}' },
            { id: "call-b", name: "vote", arguments: '{"agent_id":"agent2"}' },
          ],
          finish: "tool-calls" as const,
        }),
    usage: { inputTokens: 12, outputTokens: 34 },
  };
}

/** Events as they go over the wire. */
export function framed(events: readonly WireEvent[]): string {
  return events.map(({ event, data }) => `${event === undefined ? "" : `event: ${event}\n`}data: ${data}\n\n`).join("");
}

/** Answers with an event stream, whole. */
export function sending(body: string | Uint8Array): (exchange: Exchange) => void {
  return ({ response }) => void beginStream(response).end(body);
}

/** Answers with the beginning of an event stream, and leaves it open. */
export function starting(body: string): (exchange: Exchange) => void {
  return ({ response }) => void beginStream(response).write(body);
}

/** Answers with a document. */
export function replying(
  status: number,
  kind: string,
  body: string,
  headers: Record<string, string> = {},
): (exchange: Exchange) => void {
  return ({ response }) => void response.writeHead(status, { "content-type": kind, ...headers }).end(body);
}

/** Sends the head of an event stream's response. */
export function beginStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { "content-type": "text/event-stream" });
}

/** Asserts that an answer came as it was scripted, from its first piece to its end. */
export function assertWhole(got: Collected, answer: ScriptedAnswer): void {
  assert.equal(got.error?.message, undefined, `the answer was whole, but the call failed: ${got.error?.message}`);
  assertSame(got.text, (answer.text ?? []).join(""), "the text");
  assertSame(got.reasoning, (answer.reasoning ?? []).join(""), "the reasoning");
  assertCalls(got, answer);
  assertSame(got.finish?.reason, answer.finish, "the finish reason");
}

/** Asserts that the tool calls came as they were scripted. White space in their arguments does not count. */
export function assertCalls({ calls }: Collected, { toolCalls = [] }: ScriptedAnswer): void {
  const plain = (call: { readonly name: string; readonly arguments: string }): unknown => [
    call.name,
    JSON.parse(call.arguments === "" ? "{}" : call.arguments),
  ];
  for (const call of calls) {
    const what = `the arguments of a call have to be a JSON text ("{}" for none), but are ${JSON.stringify(call.arguments)}`;
    assert.ok(parseJson(call.arguments) !== undefined, what);
  }
  assertSame(calls.map(plain), toolCalls.map(plain), "the tool calls, names and arguments");
}
