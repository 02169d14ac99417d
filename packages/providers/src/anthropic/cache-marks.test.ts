import { describe, expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { createLadder, type Rung } from "@massgen/provider-kit/forcing";
import { messagesBody } from "./request.ts";

const plain = { sampling: {}, fields: {}, extraBody: {} };
const prefix = (added: number): Pick<ChatRequest, "prefix"> => ({ prefix: { key: "k", added } });
const user = (content: string, more: object = {}): Message => ({ role: "user", content, ...more });
const system = (content: string, more: object = {}): Message => ({ role: "system", content, ...more });

/** A request in the form of a rung. */
const requestAt = (rung: Rung, request: ChatRequest): ChatRequest =>
  createLadder([rung]).begin(request)?.request() ?? request;

interface Marked {
  readonly cache_control?: { readonly type: string; readonly ttl?: string };
  readonly name?: string;
  readonly text?: string;
  readonly type?: string;
  readonly tool_use_id?: string;
}

/** What carries marks: a tool's name or a block's text, and the lifetime where one is asked for. */
function marksOf(request: ChatRequest, options: Partial<typeof plain> = {}): readonly string[] {
  const { own, finish } = messagesBody("m", request, { ...plain, ...options }, undefined);
  const {
    tools = [],
    system = [],
    messages,
  } = finish(own).body as {
    tools?: readonly Marked[];
    system?: readonly Marked[] | string;
    messages: readonly { content: readonly Marked[] }[];
  };
  const blocks = [
    ...tools,
    ...(typeof system === "string" ? [] : system),
    ...messages.flatMap(({ content }) => content),
  ];
  return blocks.flatMap(({ cache_control: mark, name, text, tool_use_id: result, type }) => {
    if (mark === undefined) return [];
    expect(mark.type).toBe("ephemeral");
    return [`${name ?? text ?? result ?? type}${mark.ttl === undefined ? "" : ` ${mark.ttl}`}`];
  });
}

const tools = [{ name: "look" }, { name: "find" }];

describe("what later requests begin with", () => {
  test("is marked: the last tool, the system, the end of the conversation, and nothing that was added", () => {
    const messages = [system("s1"), system("s2"), user("q"), user("candidates")];
    expect(marksOf({ messages, tools, ...prefix(1) })).toEqual(["find", "s1\n\ns2", "q"]);
  });
  test("ends with results where candidates stand in the same turn", () => {
    const call = { id: "t1", name: "look", arguments: "{}" };
    const messages: Message[] = [
      user("q"),
      { role: "assistant", content: "", toolCalls: [call] },
      { role: "tool", toolCallId: "t1", content: "r" },
      user("candidates"),
    ];
    expect(marksOf({ messages, ...prefix(1) })).toEqual(["t1"]);
    expect(marksOf({ messages: messages.slice(0, 2), ...prefix(0) })).toEqual(["look"]);
  });
  test("ends before the message that an instruction was added to", () => {
    const messages = [user("q"), { role: "assistant", content: "a" } as const, user("again")];
    const asked: ChatRequest = { messages, tools, toolChoice: "required", ...prefix(0) };
    expect(marksOf(asked)).toEqual(["find", "again"]);
    expect(marksOf(requestAt("instructed", asked))).toEqual(["find", "a"]);
    expect(marksOf(requestAt("text", asked))).toEqual(["a"]);
  });
  test("is all that is marked where the conversation is empty, or blank", () => {
    expect(marksOf({ messages: [user("candidates")], ...prefix(1) })).toEqual([]);
    expect(marksOf({ messages: [user(" "), user("candidates")], ...prefix(1) })).toEqual([]);
  });
  test("is unknown: nothing is marked, and the system stays a text", () => {
    const request = { messages: [system("s"), user("q", { cacheFor: "1h" })], tools };
    expect(marksOf(request)).toEqual([]);
    expect(messagesBody("m", request, plain, undefined).own).toMatchObject({ system: "s" });
  });
});

describe("a client's marks", () => {
  test("stay where there is room: the last ones", () => {
    const marked = ["a", "b", "c"].map((text) => user(text, { cacheFor: "5m" }));
    const messages = [system("s"), ...marked, user("q"), user("candidates")];
    expect(marksOf({ messages, ...prefix(1) })).toEqual(["s", "b", "c", "q"]);
    expect(marksOf({ messages, tools, ...prefix(1) })).toEqual(["find", "s", "c", "q"]);
  });
  test("may be where others are anyway", () => {
    const messages = [system("s", { cacheFor: "5m" }), user("q", { cacheFor: "5m" })];
    expect(marksOf({ messages, tools, ...prefix(0) })).toEqual(["find", "s", "q"]);
  });
  test("end a part of the system, or of a message", () => {
    const parts = [
      { type: "text", text: "a long document", cacheFor: "5m" },
      { type: "text", text: "a question" },
    ] as const;
    const messages: Message[] = [system("s1", { cacheFor: "5m" }), system("s2"), { role: "user", content: parts }];
    expect(marksOf({ messages, ...prefix(0) })).toEqual(["s1", "s2", "a long document", "a question"]);
  });
  test("last as long as they ask for, and so does what comes before", () => {
    const messages = [system("s"), user("a", { cacheFor: "1h" }), user("q", { cacheFor: "5m" })];
    expect(marksOf({ messages, tools, ...prefix(0) })).toEqual(["find 1h", "s 1h", "a 1h", "q"]);
  });
});

test("a mark of the configuration's own counts: four are the most", () => {
  const messages = [system("s"), user("a", { cacheFor: "5m" }), user("q")];
  const request: ChatRequest = { messages, tools, ...prefix(0) };
  const mark = { cache_control: { type: "ephemeral" } };
  expect(marksOf(request)).toEqual(["find", "s", "a", "q"]);
  for (const options of [{ fields: mark }, { extraBody: mark }])
    expect(marksOf(request, options)).toEqual(["find", "s", "q"]);
  expect(marksOf({ ...request, extras: { claude: mark } })).toEqual(["find", "s", "q"]);
});
