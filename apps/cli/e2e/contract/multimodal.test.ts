import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { teamScript } from "@massgen/upstream";
import type OpenAI from "openai";
import { ask, refusal, type Rig, startRig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

type Message = OpenAI.ChatCompletionMessageParam;

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const text = (said: string): { type: "text"; text: string } => ({ type: "text", text: said });

function user(content: unknown): { messages: Message[] } {
  return { messages: [{ role: "user", content } as Message] };
}

test("D48: text parts are as good as their text, in every role", async () => {
  const call = { id: "c1", type: "function" as const, function: { name: "f", arguments: "{}" } };
  const conversation = (content: (...said: string[]) => string | ReturnType<typeof text>[]): Message[] => [
    { role: "system", content: content("s1 ", "s2") },
    { role: "developer", content: content("d1 ", "d2") },
    { role: "user", content: content("u1 ", "u2") },
    { role: "assistant", content: content("a1 ", "a2"), tool_calls: [call] },
    { role: "tool", tool_call_id: "c1", content: content("t1 ", "t2") },
  ];
  const calls = rig.play(teamScript({}));
  await ask(rig, { messages: conversation((...said) => said.join("")) });
  await ask(rig, { messages: conversation((...said) => said.map(text)) });
  for (const wire of ["openai", "gemini"]) {
    const [whole, parts] = calls().filter((made) => made.wire === wire && made.phase === "draft");
    expect(whole?.messages.map((message) => message.text).join()).toContain("u1 u2");
    expect(parts?.messages).toEqual(whole?.messages);
  }
});

describe("D49: images", () => {
  test("as data URI: every agent sees it", async () => {
    const calls = rig.play(teamScript({}));
    const url = `data:image/png;base64,${pixel}`;
    const answer = await ask(rig, user([text("What is it?"), { type: "image_url", image_url: { url } }]));
    expect(answer.choices[0].finish_reason).toBe("stop");
    for (const call of calls()) expect(JSON.stringify(call.body)).toContain(pixel);
    expect(calls()).toHaveLength(5);
  });

  test.each(["file:///etc/passwd", "data:text/plain;base64,AAAA", "data:image/png;base64,???", "picture.png", ""])(
    "%j: 400 with the part's path",
    async (url) => {
      const { name, error } = await refusal(rig, user([text("?"), { type: "image_url", image_url: { url } }]));
      expect([name, error.param]).toEqual(["BadRequestError", "messages[0].content[1].image_url.url"]);
    },
  );
});

test.each([
  { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
  { type: "file", file: { file_id: "file-1" } },
  { type: "video_url", video_url: { url: "https://example.com/a.mp4" } },
])("D50: $type: 400 that says it is not supported, with the part's path", async (part) => {
  const { name, error } = await refusal(rig, user([text("?"), part]));
  expect([name, error.param, error.code]).toEqual([
    "BadRequestError",
    "messages[0].content[1]",
    "unsupported_parameter",
  ]);
});

test("D51: an unknown part: 400 with the part's path", async () => {
  const messages = [...user("Hi").messages, ...user([text("?"), { type: "hologram" }]).messages];
  expect((await refusal(rig, { messages })).error.param).toBe("messages[1].content[1]");
});

test("D52: an empty list of parts: 400", async () => {
  expect(await refusal(rig, user([]))).toMatchObject({ status: 400, error: { param: "messages[0].content" } });
});

test("D53: an image of 10 MB reaches the models whole", async () => {
  const data = "A".repeat(10_000_000);
  const lengths: unknown[] = [];
  rig.play((call) => {
    lengths.push(JSON.stringify(call.body).split(data).length);
    return teamScript({})(call);
  });
  const url = `data:image/png;base64,${data}`;
  const answer = await ask(rig, user([{ type: "image_url", image_url: { url } }]));
  expect(answer.choices[0].finish_reason).toBe("stop");
  expect(lengths).toEqual([2, 2, 2, 2, 2]);
});
