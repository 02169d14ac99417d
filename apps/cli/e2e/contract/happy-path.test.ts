import { afterAll, beforeAll, expect, test } from "vitest";
import { draftOf, teamScript, text } from "@massgen/upstream";
import { ask, asked, askStreamed, refusal, type Rig, startRig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

test("D1: a completion of its own id, now, of the model asked for, with one choice", async () => {
  rig.play(teamScript({}));
  const { id, object, created, model, choices } = await ask(rig, { model: "my-model" });
  expect(id).toMatch(/^chatcmpl-/);
  expect([object, model, choices.length, choices[0].index]).toEqual(["chat.completion", "my-model", 1, 0]);
  expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(120);
});

test("D2: an assistant's message with text, no refusal, no log probabilities, stopped", async () => {
  rig.play(teamScript({}));
  const [{ message, logprobs, finish_reason }] = (await ask(rig)).choices;
  expect(message).toMatchObject({ role: "assistant", content: "The final coordinated answer.", refusal: null });
  expect([logprobs, finish_reason]).toEqual([null, "stop"]);
});

test("D3: usage is the sum of all calls", async () => {
  rig.play(teamScript({}));
  // Five calls of 10 and 5 tokens.
  expect((await ask(rig)).usage).toMatchObject({ prompt_tokens: 50, completion_tokens: 25, total_tokens: 75 });
});

test("D4: the traces are there, and never inside the content", async () => {
  rig.play(teamScript({}));
  const { content, reasoning_content } = (await ask(rig)).choices[0].message;
  expect(reasoning_content).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
  expect(content).not.toContain("[orchestrator]");
  expect(content).not.toContain(draftOf("gpt-4o"));
});

test("D5: two calls have two ids; the client knows the request's id", async () => {
  rig.play(teamScript({}));
  const create = () => rig.client.chat.completions.create(asked());
  const one = create();
  const [answer, { response }, other] = await Promise.all([one, one.withResponse(), create()]);
  expect(answer._request_id).toBe(response.headers.get("x-request-id"));
  expect(answer._request_id).not.toBe(other._request_id);
  expect(answer.id).not.toBe(other.id);
});

test("D6: every agent reads the whole conversation", async () => {
  const calls = rig.play(teamScript({}));
  await ask(rig, {
    messages: [
      { role: "user", content: "My name is Ada." },
      { role: "assistant", content: "Hello Ada." },
      { role: "user", content: "What is my name?" },
    ],
  });
  for (const { messages } of calls().filter((call) => call.phase === "draft")) {
    expect(messages.map(({ role, text: said }) => [role, said])).toEqual([
      ["user", "My name is Ada."],
      ["assistant", "Hello Ada."],
      ["user", "What is my name?"],
    ]);
  }
  expect(calls()).toHaveLength(5);
});

test("D7: a developer's message is a system message, also in the middle", async () => {
  const calls = rig.play(teamScript({}));
  await ask(rig, {
    messages: [
      { role: "developer", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "system", content: "Speak French." },
    ],
  });
  const drafts = calls().filter((call) => call.phase === "draft");
  const [openai] = drafts.filter((call) => call.wire === "openai");
  expect(openai?.messages).toEqual([
    { role: "system", text: "Be brief." },
    { role: "user", text: "Hi" },
    { role: "system", text: "Speak French." },
  ]);
  const [gemini] = drafts.filter((call) => call.wire === "gemini");
  expect(JSON.stringify(gemini?.messages)).toContain("Speak French.");
});

test("D8: listed models can be retrieved and used, slashes included", async () => {
  rig.play(teamScript({ votesFor: "gpt-4o" }));
  const models = await Array.fromAsync(rig.client.models.list());
  expect(models.map(({ id }) => id)).toEqual([
    "massgen",
    "massgen/agent:research-agent",
    "massgen/agent:analysis-agent",
    "massgen/model:gpt-4o",
    "massgen/model:gemini-2.5-flash",
  ]);
  for (const listed of models) {
    expect(Object.keys(listed).sort()).toEqual(["created", "id", "name", "object", "owned_by"]);
    expect(await rig.client.models.retrieve(listed.id)).toEqual(listed);
    expect((await ask(rig, { model: listed.id })).model).toBe(listed.id);
  }
});

test("D9: an unknown massgen/ name is a NotFoundError; any other name is the team", async () => {
  rig.play(teamScript({}));
  expect(await refusal(rig, { model: "massgen/nobody" })).toMatchObject({
    name: "NotFoundError",
    status: 404,
    error: { type: "invalid_request_error", code: "model_not_found", param: "model" },
  });
  expect((await ask(rig, { model: "nobody-knows" })).model).toBe("nobody-knows");
});

test("D10: every character goes in and out unchanged, streamed and not", async () => {
  const odd = '👩‍👩‍👧 漢字 שלום \u0001\u001f\u007f \u2028\u2029 é e\u0301 "\\/ \r\n\t end';
  const calls = rig.play(teamScript({ presentation: () => text(odd, { chunks: 40 }) }));
  const question = { messages: [{ role: "user" as const, content: odd }] };
  expect((await ask(rig, question)).choices[0].message.content).toBe(odd);
  expect((await askStreamed(rig, question)).content).toBe(odd);
  expect(calls()[0]?.messages).toEqual([{ role: "user", text: odd }]);
});
