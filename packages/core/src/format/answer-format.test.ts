import { describe, expect, it } from "vitest";
import { MassgenError } from "../errors.ts";
import type { JsonSchema } from "../model/chat-request.ts";
import { type AnswerFormat, answerFormat } from "./answer-format.ts";

function formatOf(schema: JsonSchema): AnswerFormat {
  return answerFormat({ type: "json-schema", name: "answer", schema, strict: false }) as AnswerFormat;
}

function reader(schema: JsonSchema): AnswerFormat["read"] {
  return formatOf(schema).read;
}

const person = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
  required: ["name"],
  additionalProperties: false,
};

/** Definitions of which each leads to the next one. */
function chain(length: number): JsonSchema {
  const links = Array.from({ length }, (_, i) => [`a${i}`, { items: { $ref: `#/$defs/a${i + 1}` } }]);
  return { ...(Object.fromEntries(links) as JsonSchema), [`a${length}`]: {} };
}

async function refusal(schema: JsonSchema): Promise<MassgenError> {
  const error = await formatOf(schema)
    .usable()
    .catch((thrown: unknown) => thrown);
  if (!MassgenError.isInstance(error)) throw new RangeError("the schema was taken");
  return error;
}

describe("a text", () => {
  it("is bound to nothing when no format or `text` was asked for", async () => {
    expect(answerFormat(undefined)).toBeUndefined();
    expect(answerFormat({ type: "text" })).toBeUndefined();
  });

  it.each([
    ['{"name":"Ada"}', '{"name":"Ada"}'],
    ['\n  {"name": "Ada"} \n', '{"name": "Ada"}'],
    ['```json\n{"name":"Ada"}\n```', '{"name":"Ada"}'],
    ['```\n{"name":"Ada"}\n```\n', '{"name":"Ada"}'],
    ['```{"name":"Ada"}```', '{"name":"Ada"}'],
    ['```json {"name":"Ada"}```', '{"name":"Ada"}'],
    ['```JSON\r\n{"name":"Ada"}\r\n```', '{"name":"Ada"}'],
    ['Here you are:\n```json\n{"name":"Ada"}\n```\nAnything else?', '{"name":"Ada"}'],
  ])("in the format goes on bare: %j", async (text, bare) => {
    expect(await reader(person)(text)).toEqual({ text: bare });
  });

  it("keeps fences inside its strings", async () => {
    const text = JSON.stringify({ name: "```js\n1\n```" });
    expect(await reader(person)(`\`\`\`json\n${text}\n\`\`\``)).toEqual({ text });
  });

  it.each([
    ["Ada", /^it is not JSON: /],
    ['Here you are: {"name":"Ada"}', /^it is not JSON: /],
    ["```json\n```", /^it is not JSON: /],
    ['Either\n```\n{"name":"Ada"}\n```\nor\n```\n{"name":"Eve"}\n```', /^it is not JSON: /],
    ["``````", /^it is not JSON: /],
    ["``", /^it is not JSON: /],
    ['"Ada"', /^the JSON must be object$/],
    ['{"age":3}', /^the JSON must have required property 'name'$/],
    ['{"name":3}', /^\/name must be string$/],
    ['{"name":"Ada","age":-1}', /^\/age must be >= 0$/],
    ['{"name":"Ada","Size":1}', /^the JSON must NOT have additional properties \("Size"\)$/],
  ])("that breaks it stays as it is, and says where and how: %j", async (text, violation) => {
    expect(await reader(person)(text)).toEqual({ text, violation: expect.stringMatching(violation) });
  });

  it("names the values there are to choose from", async () => {
    expect((await reader({ enum: ["red", "green"] })('"blue"')).violation).toContain('["red","green"]');
    expect((await reader({ const: 7 })("8")).violation).toContain("(7)");
  });

  it("has its violation told in one short line", async () => {
    const { violation } = await reader({ enum: Array.from({ length: 500 }, (_, i) => `value\n${i}`) })("0");
    expect(violation).not.toContain("\n");
    expect(violation?.length).toBeLessThan(310);
  });

  it("of too many parts is no JSON object that can be checked: it would hold everybody up", async () => {
    const { read } = answerFormat({ type: "json-object" }) as AnswerFormat;
    const text = `{"a":[${"1,".repeat(300_000)}1]}`;
    expect(await read(text)).toEqual({ text, violation: "the JSON has too many parts to be checked" });
  });

  it("of json_object must be an object, and may be any", async () => {
    const { read } = answerFormat({ type: "json-object" }) as AnswerFormat;
    expect(await read('```json\n{"a":[1]}\n```')).toEqual({ text: '{"a":[1]}' });
    for (const text of ["[1]", "null", "1", '"a"'])
      expect(await read(text)).toEqual({ text, violation: "the JSON must be an object" });
  });
});

describe("a schema", () => {
  it("may be recursive", async () => {
    const read = reader({ type: "object", properties: { next: { $ref: "#" } }, additionalProperties: false });
    expect((await read('{"next":{"next":{}}}')).violation).toBeUndefined();
    expect((await read('{"next":{"nest":{}}}')).violation).toContain("/next");
  });

  it("may be of draft 7, with tuples and definitions as they were then", async () => {
    const read = reader({
      $schema: "http://json-schema.org/draft-07/schema#",
      definitions: { word: { type: "string" } },
      type: "array",
      items: [{ $ref: "#/definitions/word" }, { type: "integer" }],
      additionalItems: false,
    });
    expect((await read('["a",1]')).violation).toBeUndefined();
    expect((await read("[1,1]")).violation).toBe("/0 must be string");
  });

  it("may have unknown keywords and formats, which say nothing", async () => {
    expect((await reader({ type: "string", format: "date", "x-order": 3 })('"soon"')).violation).toBeUndefined();
  });

  it("may have patterns with look-around, and patterns that are none in Unicode mode", async () => {
    expect((await reader({ pattern: "^(?!no)" })('"no"')).violation).toContain("must match pattern");
    expect((await reader({ pattern: String.raw`^\_$` })('"_"')).violation).toBeUndefined();
  });

  it.each<[string, JsonSchema, RegExp]>([
    ["an unknown type", { type: "objekt" }, /type must be equal to one of the allowed values/],
    ["a pattern that is none", { pattern: "(" }, /Invalid regular expression/],
    ["a reference to nowhere", { $ref: "#/$defs/gone" }, /can't resolve reference/],
    ["a reference to the world outside", { $ref: "http://localhost/schema" }, /can't resolve reference/],
    ["references in a circle", { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } }, /circles/],
    [
      "more parts behind each other than can be compiled",
      { $ref: "#/$defs/a0", $defs: chain(2000) },
      /too many parts inside or behind each other/,
    ],
    ["too much text", { description: "x".repeat(100_001) }, /longer than 100000 characters/],
  ])("with %s is refused, and the field named", async (_, schema, reason) => {
    expect(await refusal(schema)).toMatchObject({
      code: "invalid-request",
      param: "response_format",
      message: expect.stringMatching(reason),
    });
  });

  it("that is nested deep is refused, however deep", async () => {
    let schema: JsonSchema = {};
    for (let i = 0; i < 50_000; i++) schema = { not: schema };
    expect((await refusal(schema)).message).toContain("nested more than 100 levels deep");
  });
});

describe("a hostile schema", () => {
  it("with a pattern that never comes to an end holds up nobody for long", async () => {
    const read = reader({ pattern: "^(a+)+$" });
    const text = JSON.stringify(`${"a".repeat(60)}b`);
    expect((await read(text)).violation).toContain("takes too long to check");
    expect((await read('"a"')).violation).toBeUndefined();
    for (let i = 0; i < 40; i++) expect((await read(text)).violation).toContain("takes too long to check");
  });

  it("that doubles at every step is stopped", async () => {
    const level = (i: number): JsonSchema => ({ allOf: [{ $ref: `#/$defs/d${i}` }, { $ref: `#/$defs/d${i}` }] });
    const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${i}`, level(i + 1)]));
    const read = reader({ ...level(0), $defs: { ...$defs, d40: { type: "string" } } });
    expect((await read('"a"')).violation).toContain("takes too long to check");
  });

  it("that follows a deep answer down says so instead of falling", async () => {
    const read = reader({ items: { $ref: "#" } });
    const text = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect((await read(text)).violation).toBe("the JSON is nested too deep");
    expect((await read("[[]]")).violation).toBeUndefined();
  });

  it("cannot turn the check into a promise", async () => {
    expect((await reader({ $async: true, type: "string" })("1")).violation).toBe("the JSON must be string");
  });

  it("touches no prototype, and inherited names are no properties", async () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
    ) as JsonSchema;
    const read = reader({ ...schema, required: ["toString"] });
    expect((await read('{"__proto__":{"polluted":1}}')).violation).toContain("required property 'toString'");
    expect((await read('{"constructor":1,"toString":1}')).violation).toBe("/constructor must be string");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
