import { describe, expect, test } from "vitest";
import type { Message, ToolCall } from "@massgen/core/model";
import { conversationOf } from "./conversation.ts";

const text = (value: string): object => ({ type: "text", text: value });
const user = (...content: readonly object[]): object => ({ role: "user", content });
const assistant = (...content: readonly object[]): object => ({ role: "assistant", content });
const messagesOf = (...messages: readonly Message[]): unknown => conversationOf(messages, "m").messages;

describe("turns", () => {
  test("leading system messages become system, later ones user text; same roles are merged", () => {
    const conversation = conversationOf(
      [
        { role: "system", content: "s1" },
        { role: "system", content: " " },
        { role: "system", content: "s2" },
        { role: "user", content: "a" },
        { role: "system", content: "s3" },
        { role: "assistant", content: "b" },
        { role: "assistant", content: "c" },
        { role: "user", content: [{ type: "text", text: "d" }] },
      ],
      "m",
    );
    expect(conversation).toEqual({
      system: [text("s1\n\ns2")],
      messages: [user(text("a"), text("s3")), assistant(text("b"), text("c")), user(text("d"))],
      shared: 5,
    });
  });
  test.each<[string, readonly Message[], readonly object[]]>([
    ["nothing", [], []],
    ["system messages only", [{ role: "system", content: "s" }], []],
    ["blank texts only", [{ role: "user", content: "\n" }], []],
    ["the assistant first", [{ role: "assistant", content: "a" }], [assistant(text("a"))]],
  ])("%s: a user turn in front", (_name, messages, rest) => {
    expect(messagesOf(...messages)).toEqual([user(text("Continue.")), ...rest]);
  });
  test("blank texts are left out, and turns around them merged", () => {
    const blank: Message = { role: "user", content: [{ type: "text", text: "" }] };
    expect(messagesOf({ role: "user", content: "a" }, { role: "assistant", content: "" }, blank)).toEqual([
      user(text("a")),
    ]);
  });
});

test.each([
  ["data:image/jpeg;base64,QUJD", { type: "base64", media_type: "image/jpeg", data: "QUJD" }],
  ["data:image/JPG;name=a.jpg;base64,QUJD", { type: "base64", media_type: "image/jpeg", data: "QUJD" }],
  ["data:;base64,QUJD", { type: "base64", media_type: "image/png", data: "QUJD" }],
  ["https://h.example/i.png", { type: "url", url: "https://h.example/i.png" }],
])("image %s", (url, source) => {
  expect(messagesOf({ role: "user", content: [{ type: "image", url }] })).toEqual([user({ type: "image", source })]);
});

describe("tools", () => {
  const call = (id: string, args = '{"a":1}', opaque?: unknown): ToolCall => ({
    id,
    name: "f",
    arguments: args,
    ...(opaque !== undefined && { opaque }),
  });
  const use = (id: string, input: object = { a: 1 }): object => ({ type: "tool_use", id, name: "f", input });
  const result = (id: string, content?: string): object => ({
    type: "tool_result",
    tool_use_id: id,
    ...(content !== undefined && { content }),
  });

  test("integers that a double cannot hold go out as they came", () => {
    const sent = messagesOf(
      { role: "user", content: "?" },
      { role: "assistant", content: "", toolCalls: [call("t1", '{"id":12345678901234567891}')] },
    );
    expect(JSON.stringify(sent)).toContain('"input":{"id":12345678901234567891}');
  });

  test("calls and their results, parallel ones in one turn, before what else the user says", () => {
    expect(
      messagesOf(
        { role: "user", content: "?" },
        { role: "assistant", content: "Looking.", toolCalls: [call("t1"), call("t2", "oops"), call("t3", "[1]")] },
        { role: "system", content: "Go on." },
        { role: "tool", toolCallId: "t1", content: "one" },
        { role: "tool", toolCallId: "t2", content: "" },
        { role: "user", content: "And?" },
      ),
    ).toEqual([
      user(text("?")),
      assistant(text("Looking."), use("t1"), use("t2", {}), use("t3", {})),
      user(result("t1", "one"), result("t2"), text("Go on."), text("And?")),
    ]);
  });
  test("other vendors' ids, in characters Claude takes", () => {
    const turns = messagesOf(
      { role: "user", content: "?" },
      { role: "assistant", content: "", toolCalls: [call("functions.f:0")] },
      { role: "tool", toolCallId: "functions.f:0", content: "r" },
    );
    expect(turns).toEqual([user(text("?")), assistant(use("functions_f_0")), user(result("functions_f_0", "r"))]);
  });

  describe("thinking goes back before the calls", () => {
    const thought = { type: "thinking", thinking: "hm", signature: "s" };
    const hidden = { type: "redacted_thinking", data: "x" };
    const turn = (opaque: unknown, thinkingModel: string | undefined): unknown => {
      const message: Message = { role: "assistant", content: "b", toolCalls: [call("t1", "{}", opaque), call("t2")] };
      return conversationOf([{ role: "user", content: "a" }, message], thinkingModel).messages[1]?.content;
    };
    const record = (model: string): object => ({ provider: "anthropic", model, blocks: [thought, hidden] });
    const plain = [text("b"), use("t1", {}), use("t2")];

    test("its own", () => expect(turn(record("m"), "m")).toEqual([thought, hidden, ...plain]));
    test("not another model's", () => expect(turn(record("m"), "m-2")).toEqual(plain));
    test("not another vendor's", () => expect(turn({ provider: "gemini", model: "m" }, "m")).toEqual(plain));
    test("not when none may", () => expect(turn(record("m"), undefined)).toEqual(plain));
  });
});
