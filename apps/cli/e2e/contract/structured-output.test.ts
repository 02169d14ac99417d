import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { draftOf, teamScript, text } from "@massgen/upstream";
import { LengthFinishReasonError } from "openai/core/error";
import { ask, asked, askStreamed, type Params, refusal, type Rig, soloConfig, startRig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const schema = {
  type: "object",
  properties: { result: { type: "number" } },
  required: ["result"],
  additionalProperties: false,
};
const strict = {
  response_format: { type: "json_schema" as const, json_schema: { name: "sum", strict: true, schema } },
} satisfies Params;
const fenced = '```json\n{"result": 100}\n```';

test("D43: json_object: the content parses, though every model writes a code fence", async () => {
  const calls = rig.play(teamScript({ draft: () => text(fenced) }));
  const { choices } = await ask(rig, { response_format: { type: "json_object" } });
  expect(JSON.parse(choices[0].message.content ?? "")).toEqual({ result: 100 });
  expect(choices[0].message.content).not.toContain("`");
  expect(calls().find((call) => call.wire === "openai")?.body).toMatchObject({
    response_format: { type: "json_object" },
  });
});

describe("D44: json_schema", () => {
  test("an answer that breaks the schema is asked for again, and never delivered", async () => {
    const calls = rig.play(
      teamScript({
        draft: (call) => text(call.messages.at(-1)?.text.includes("could not be used") ? fenced : '{"result":"100"}'),
      }),
    );
    expect(JSON.parse((await ask(rig, strict)).choices[0].message.content ?? "")).toEqual({ result: 100 });
    expect(calls()).toHaveLength(4);
  });

  test("`parse()` gives it parsed", async () => {
    rig.play(teamScript({ draft: () => text(fenced) }));
    const { choices } = await rig.client.chat.completions.parse(asked(strict));
    expect(choices[0]?.message.parsed).toEqual({ result: 100 });
  });

  test("when no answer fits, the request fails and says why", async () => {
    rig.play(teamScript({ draft: (call) => text(draftOf(call.model)) }));
    const { name, error } = await refusal(rig, strict);
    expect([name, error.code]).toEqual(["InternalServerError", "invalid_response"]);
    expect(error.message).toContain("response format");
  });
});

test("D45: streamed json_schema: the content is the JSON and nothing else, the traces are beside it", async () => {
  rig.play(
    teamScript({
      draft: (call) => text(call.wire === "openai" ? '{"result":1}' : '{"result":2}'),
      presentation: () => text(fenced, { chunks: 8 }),
    }),
  );
  const { content, reasoning } = await askStreamed(rig, strict);
  expect(JSON.parse(content)).toEqual({ result: 100 });
  expect(content).not.toMatch(/`|\[orchestrator\]/);
  expect(reasoning).toContain("[orchestrator] Selected");
});

const format = (name: unknown): object => ({ type: "json_schema", json_schema: { name, schema } });

test.each<[string, unknown, string]>([
  ["an unknown type", { type: "xml" }, "response_format.type"],
  ["no type", {}, "response_format.type"],
  ["a string", "json_object", "response_format"],
  ["too long a name", format("n".repeat(65)), "response_format.json_schema.name"],
  ["a name with a dot", format("a.b"), "response_format.json_schema.name"],
  ["an empty name", format(""), "response_format.json_schema.name"],
  [
    "a schema that is none",
    { type: "json_schema", json_schema: { name: "n", schema: { type: "nothing" } } },
    "response_format",
  ],
])("D46: %s: 400 with param", async (_what, response_format, param) => {
  const calls = rig.play(teamScript({}));
  for (const stream of [false, true]) {
    const { name, error } = await refusal(rig, { response_format, stream });
    expect([name, error.param]).toEqual(["BadRequestError", param]);
  }
  expect(calls()).toEqual([]);
});

test("D46: no name: the models get one that is made up", async () => {
  const calls = rig.play(teamScript({ draft: () => text(fenced) }));
  const response_format = format(undefined) as Params["response_format"];
  expect(JSON.parse((await ask(rig, { response_format })).choices[0].message.content ?? "")).toEqual({ result: 100 });
  expect(calls().find((call) => call.wire === "openai")?.body).toMatchObject({
    response_format: { type: "json_schema", json_schema: { name: "response", schema } },
  });
});

test("D47: an answer cut by its limit ends in length, on which `parse()` throws", async () => {
  await using solo = await startRig({ config: soloConfig });
  solo.play(() => text('{"result": 10', { finish: "length" }));
  const cut = await ask(solo, strict);
  expect(cut.choices[0]).toMatchObject({ finish_reason: "length", message: { content: '{"result": 10' } });
  await expect(solo.client.chat.completions.parse(asked(strict))).rejects.toBeInstanceOf(LengthFinishReasonError);
  expect((await askStreamed(solo, strict)).finishReason).toBe("length");
});
