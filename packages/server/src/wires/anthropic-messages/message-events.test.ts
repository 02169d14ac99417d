import type Anthropic from "@anthropic-ai/sdk";
import type { RunEvent } from "@massgen/core";
import { expect, test } from "vitest";
import { answered, receipt } from "../../../test/scripted-run.ts";
import type { Answered } from "../wire.ts";
import { toMessageEvents } from "./message-events.ts";
import { inputOf, toMessage, type MessageAnswer } from "./message.ts";

const answer = (thinking = true): MessageAnswer => ({
  own: { thinking, inputTokens: 7 },
  runId: "run-1",
  answerId: "1",
  startedAt: 0,
  model: "massgen",
  reasoningAlias: false,
});
const says = (text: string): RunEvent => ({ type: "content-delta", text, atMs: 0 });
const quiet = { type: "draft-started", agentId: "a" } as RunEvent;
const toolCalls = [
  { id: "c1", name: "look", arguments: '{"at":"sky"}' },
  { id: "c2", name: "odd", arguments: "[1" },
];

type Told = Anthropic.RawMessageStreamEvent;

/** The events of a stream, each checked to stand under its own name. */
function told(frames: readonly string[]): Told[] {
  return frames.map((frame) => {
    const [, name, data = ""] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(frame) ?? [];
    const event = JSON.parse(data) as Told;
    expect(event.type).toBe(name);
    return event;
  });
}

function stream(thinking: boolean, steps: readonly (readonly [RunEvent, string])[], result: Answered): Told[] {
  const fold = toMessageEvents(answer(thinking));
  return told([
    ...fold.start(),
    ...steps.flatMap(([event, traces]) => fold.next(event, traces)),
    ...fold.finish(result),
  ]);
}

/** What a client makes of a stream: as `MessageStream` in Anthropic's client does. */
function assembled(events: readonly Told[]): { content: unknown[]; stop: string | null } {
  const content: Record<string, unknown>[] = [];
  let open: number | undefined;
  let stop: string | null = null;
  for (const event of events) {
    switch (event.type) {
      case "content_block_start":
        expect([open, event.index]).toEqual([undefined, content.length]);
        open = event.index;
        content.push({ ...event.content_block });
        break;
      case "content_block_delta": {
        expect(event.index).toBe(open);
        const block = content[event.index]!;
        if (event.delta.type === "text_delta") block["text"] = `${String(block["text"])}${event.delta.text}`;
        if (event.delta.type === "thinking_delta") {
          block["thinking"] = `${String(block["thinking"])}${event.delta.thinking}`;
        }
        if (event.delta.type === "input_json_delta") block["input"] = JSON.parse(event.delta.partial_json);
        break;
      }
      case "content_block_stop":
        expect(event.index).toBe(open);
        open = undefined;
        break;
      case "message_delta":
        expect(open).toBeUndefined();
        stop = event.delta.stop_reason;
        break;
      case "message_start":
      case "message_stop":
    }
  }
  expect(events.map(({ type }) => type)).toEqual([
    "message_start",
    ...events.slice(1, -2).map(({ type }) => expect.toSatisfy(() => type.startsWith("content_block_")) as string),
    "message_delta",
    "message_stop",
  ]);
  return { content, stop };
}

const finished = (more: Partial<Answered> = {}): Answered => answered("One two", more) as Answered;
const steps: readonly (readonly [RunEvent, string])[] = [
  [quiet, "[a] Drafting..."],
  [quiet, "\n[b] Drafting..."],
  [says("One "), ""],
  [says("two"), ""],
];

test("traces are thinking, then comes the text; streamed and whole say the same", () => {
  const { content, stop } = assembled(stream(true, steps, finished()));
  expect(content).toMatchObject([
    { type: "thinking", thinking: "[a] Drafting...\n[b] Drafting...", signature: "" },
    { type: "text", text: "One two" },
  ]);
  expect(stop).toBe("end_turn");
  const whole = toMessage(answer(), finished(), ["[a] Drafting...\n[b] Drafting..."]);
  expect(whole.content.map(({ type }) => type)).toEqual(["thinking", "text"]);
  // The client's own type, but for what Anthropic added for its own tools.
  const typed: Pick<Anthropic.Message, "id" | "type" | "role" | "stop_reason" | "stop_sequence"> = whole;
  expect(typed).toMatchObject({ id: "msg_1", type: "message", role: "assistant", stop_reason: "end_turn" });
});

test("without thinking wanted there are no traces", () => {
  expect(assembled(stream(false, steps, finished())).content).toEqual([{ type: "text", text: "One two" }]);
  expect(toMessage(answer(false), finished(), ["[a] Drafting..."]).content).toMatchObject([{ type: "text" }]);
});

test("calls are blocks, whose input is an object whatever the model wrote", () => {
  const calls = [...steps, [{ type: "tool-calls", toolCalls } as unknown as RunEvent, ""]] as const;
  const { content, stop } = assembled(stream(true, calls, finished({ toolCalls })));
  const input = [{ at: "sky" }, { input: "[1" }];
  expect(content.slice(2)).toMatchObject(input.map((input) => ({ type: "tool_use", input })));
  expect(stop).toBe("tool_use");
  expect(toMessage(answer(), finished({ toolCalls }), []).content.slice(1)).toMatchObject(
    input.map((input) => ({ type: "tool_use", input })),
  );
});

test("integers that a double cannot hold reach the client as the model wrote them", () => {
  const json = '{"id":12345678901234567891}';
  const calls = [{ id: "c1", name: "f", arguments: json }];
  const events = stream(true, [[{ type: "tool-calls", toolCalls: calls } as unknown as RunEvent, ""]], finished());
  expect(JSON.stringify(events)).toContain(JSON.stringify(json));
  expect(JSON.stringify(toMessage(answer(), finished({ toolCalls: calls }), []))).toContain(`"input":${json}`);
  expect(inputOf("12345678901234567891")).toEqual({ input: Number("12345678901234567891") });
});

test("half a character waits for its other half", () => {
  const events = stream(
    true,
    [
      [says("a\ud83d"), ""],
      [says("\ude00"), ""],
    ],
    finished(),
  );
  const deltas = events.flatMap((event) =>
    event.type === "content_block_delta" && event.delta.type === "text_delta" ? [event.delta.text] : [],
  );
  expect(deltas).toEqual(["a", "\u{1f600}"]);
});

test.each([
  ["stop", "end_turn"],
  ["length", "max_tokens"],
  ["content-filter", "refusal"],
  ["other", "end_turn"],
] as const)("%s ends as %s", (finishReason, stop) => {
  expect(assembled(stream(true, steps, finished({ finishReason }))).stop).toBe(stop);
});

test("usage: an estimate first, then what was reported, cached tokens apart", () => {
  const events = stream(true, steps, finished());
  expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 7, output_tokens: 0 } } });
  expect(events.at(-2)).toMatchObject({
    usage: { input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 4 },
    massgen_metadata: { run_id: "run-1", tally: receipt.tally },
  });
});
