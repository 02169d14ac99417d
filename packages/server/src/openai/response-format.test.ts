import { expect, test } from "vitest";
import { messages, problemOf, runOf } from "../../test/asked.ts";

function formatOf(response_format: unknown): unknown {
  return runOf({ response_format }).responseFormat;
}

const schema = { type: "object", properties: { a: { type: "number" } } };

test("every format", () => {
  expect(formatOf(null)).toBeUndefined();
  expect(formatOf({ type: "text" })).toBeUndefined();
  expect(formatOf({ type: "json_object" })).toEqual({ type: "json-object" });
  const strict = { name: "n-1_A", schema, strict: true };
  expect(formatOf({ type: "json_schema", json_schema: strict })).toEqual({ type: "json-schema", ...strict });
  expect(
    formatOf({ type: "json_schema", json_schema: { name: "n", schema, strict: null, description: null } }),
  ).toEqual({
    type: "json-schema",
    name: "n",
    schema,
  });
});

test("a schema without a name gets one", () => {
  for (const name of [{}, { name: null }]) {
    expect(formatOf({ type: "json_schema", json_schema: { ...name, schema } })).toEqual({
      type: "json-schema",
      name: "response",
      schema,
    });
  }
});

test("a description becomes the schema's, unless it has its own", () => {
  const described = (json: object): unknown =>
    formatOf({ type: "json_schema", json_schema: { name: "n", description: "outer", schema: json } });
  expect(described(schema)).toMatchObject({ schema: { ...schema, description: "outer" } });
  expect(described({ description: "inner" })).toMatchObject({ schema: { description: "inner" } });
});

test("without a schema any JSON will do; a schema beside json_object counts", () => {
  expect(formatOf({ type: "json_schema", json_schema: { name: "n" } })).toEqual({ type: "json-object" });
  expect(formatOf({ type: "json_object", schema })).toEqual({ type: "json-schema", name: "response", schema });
});

test.each<[unknown, string, string]>([
  ["text", "", "invalid_type"],
  [{}, ".type", "invalid_value"],
  [{ type: "xml" }, ".type", "invalid_value"],
  [{ type: "json_schema" }, ".json_schema", "missing_required_parameter"],
  [{ type: "json_schema", json_schema: { name: "a b", schema } }, ".json_schema.name", "invalid_value"],
  [{ type: "json_schema", json_schema: { name: "x".repeat(65), schema } }, ".json_schema.name", "invalid_value"],
  [{ type: "json_schema", json_schema: { name: "n", schema: true } }, ".json_schema.schema", "invalid_type"],
  [{ type: "json_schema", json_schema: { name: "n", schema, strict: 1 } }, ".json_schema.strict", "invalid_type"],
])("%j", (response_format, path, code) => {
  expect(problemOf({ messages, response_format })).toMatchObject({
    status: 400,
    param: `response_format${path}`,
    code,
  });
});
