import { describe, expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { createLadder, type Rung } from "@massgen/provider-kit/forcing";
import { messagesBody, messagesRungs } from "./anthropic/request.ts";
import { geminiBody, geminiRungs } from "./gemini/request.ts";
import { chatBody } from "./openai-compatible/request.ts";
import { rungsOf } from "./openai-compatible/vendor.ts";
import { vendors } from "./openai-compatible/vendors.ts";
import { responsesBody } from "./openai-responses/request.ts";
import type { Draft } from "./remedies/remedy.ts";

// Whatever a wire and a rung make of a conversation: services cache prompts as far as they begin alike, so each turn's
// must begin as the one before, up to the end of the conversation.

const plain = { sampling: {}, fields: {}, extraBody: {} };

interface Wire {
  readonly name: string;
  readonly rungs: readonly Rung[];
  readonly write: (request: ChatRequest, rung: Rung) => Draft;
  /** The fields of the prompt, in the order in which the service reads them. */
  readonly prompt: readonly string[];
}

/** A request in the form of a rung. */
const requestAt = (rung: Rung, request: ChatRequest): ChatRequest =>
  createLadder([rung]).begin(request)?.request() ?? request;

const modeOf = (rung: Rung) => ({ rung, withoutThinking: rung === "without-thinking" });
const wires: readonly Wire[] = [
  ...vendors.map((vendor): Wire => ({
    name: `chat completions of ${vendor.type}`,
    rungs: rungsOf(vendor),
    write: (request, rung) => chatBody("m", vendor, request, plain, modeOf(rung)),
    prompt: ["tools", "response_format", "messages"],
  })),
  ...vendors
    .filter(({ responses }) => responses)
    .map((vendor): Wire => ({
      name: `responses of ${vendor.type}`,
      rungs: rungsOf(vendor),
      write: (request, rung) => responsesBody("m", vendor, request, plain, modeOf(rung)),
      prompt: ["tools", "text", "input"],
    })),
  {
    name: "messages of claude",
    rungs: messagesRungs,
    write: (request, rung) => messagesBody("m", request, plain, rung),
    prompt: ["tools", "system", "messages"],
  },
  {
    name: "contents of gemini",
    rungs: geminiRungs,
    write: (request) => geminiBody("m", request, { ...plain, generationFields: {} }),
    prompt: ["systemInstruction", "tools", "toolConfig", "contents"],
  },
];

/** How the conversation ends at a turn, in words that stand there only. */
const end = (turn: number): string => `end of turn ${turn}.`;
const calls = (turn: number, ...ids: readonly string[]): readonly Message[] => [
  {
    role: "assistant",
    content: "Looking.",
    toolCalls: ids.map((id) => ({ id, name: "look", arguments: `{"at":"${id}"}` })),
  },
  ...ids.map((id): Message => ({ role: "tool", toolCallId: id, content: `Seen ${id}, ${end(turn)}`, cacheFor: "5m" })),
];
const turns: readonly (readonly Message[])[] = [
  [
    { role: "system", content: "You are number one." },
    { role: "system", content: "Be brief." },
    { role: "user", content: `Look around, ${end(0)}` },
  ],
  calls(1, "call_a"),
  calls(2, "call_b", "call_c"),
  [
    { role: "assistant", content: "A cat." },
    { role: "system", content: "Mind the time." },
    { role: "user", content: "Look:" },
    {
      role: "user",
      content: [
        { type: "image", url: "data:image/png;base64,QUJD", cacheFor: "1h" },
        { type: "text", text: `And this, ${end(3)}` },
      ],
    },
  ],
  calls(4, "call_d"),
  [
    { role: "assistant", content: "Two." },
    { role: "user", content: `Thanks, ${end(5)}` },
  ],
];

const tools = ["vote", "new_answer"].map((name) => ({ name, parameters: { type: "object", properties: {} } }));
/** A ballot at a turn. Everything in the last message is new each time. */
function ballotAt(turn: number): ChatRequest {
  const messages = [...turns.slice(0, turn + 1).flat(), { role: "user", content: `${turn} `.repeat(9) } as const];
  const prefix = { key: "k", added: 1 };
  return { messages, tools, toolChoice: "required", parallelToolCalls: false, prefix };
}
/** An answer that must call a tool, so that it has an instruction where that cannot be forced. */
function answerAt(turn: number): ChatRequest {
  return { ...ballotAt(turn), messages: turns.slice(0, turn + 1).flat(), prefix: { key: "k", added: 0 } };
}

/** The prompt as text, without marks, which are no part of it. */
function promptOf({ prompt, write }: Wire, rung: Rung, request: ChatRequest): string {
  const { own, finish } = write(requestAt(rung, request), rung);
  const { body } = finish(own);
  const bare = (_name: string, value: unknown): unknown => {
    if (typeof value !== "object" || value === null || !("cache_control" in value)) return value;
    const { cache_control: _, ...rest } = value;
    return rest;
  };
  return JSON.stringify(
    prompt.map((name) => body[name] ?? null),
    bare,
  );
}

const cells = wires.flatMap((wire) => wire.rungs.map((rung) => [wire.name, rung, wire] as const));

describe.each(cells)("%s, %s", (_name, rung, wire) => {
  test.each([
    ["ballots", ballotAt],
    ["answers", answerAt],
  ] as const)("%s begin as at the turn before", (_purpose, at) => {
    for (let turn = 1; turn < turns.length; turn += 1) {
      const [before, now] = [promptOf(wire, rung, at(turn - 1)), promptOf(wire, rung, at(turn))];
      const until = before.lastIndexOf(end(turn - 1)) + end(turn - 1).length;
      expect(until).toBeGreaterThan(end(0).length);
      expect(now.slice(0, until)).toBe(before.slice(0, until));
    }
  });
});
