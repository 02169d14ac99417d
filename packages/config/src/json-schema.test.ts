import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { configJsonSchema } from "./json-schema.ts";

const file = new URL("../massgen.schema.json", import.meta.url);

test("massgen.schema.json is up to date; UPDATE_SCHEMA=1 writes it", () => {
  const text = `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
  if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(file, text);
  expect(readFileSync(file, "utf8").replaceAll("\r\n", "\n")).toBe(text);
});

// zod cannot read a choice of required keys.
const { oneOf, ...readable } = configJsonSchema();
const schema = z.fromJSONSchema(readable);
const agent = { id: "a", backend: { type: "openai", model: "gpt-4o", anything: [1] } };

test.each([
  ["a team", { agents: [agent], server: { port: 4000 } }],
  [
    "variables instead of numbers and words",
    {
      agent,
      server: { port: "${PORT:-4000}" },
      orchestrator: { early_stop: "${EARLY}", traces: "${TRACES}" },
    },
  ],
  ["keys without a value", { agent: { ...agent, system_message: null }, orchestrator: null }],
  ["what is ignored", { agent, ui: { display_type: "simple" }, orchestrator: { snapshot_storage: "x" } }],
])("accepts %s", (_, config) => {
  expect(schema.safeParse(config).success).toBe(true);
});

test.each([
  ["an unknown key", { agents: [agent], sever: {} }],
  ["an unknown key of an agent", { agents: [{ ...agent, model: "x" }] }],
  ["a number out of range", { agents: [agent], server: { port: 70_000 } }],
  ["text for a number", { agents: [agent], server: { port: "4000" } }],
  ["an agent without backend", { agents: [{ id: "a" }] }],
  ["an unknown word", { agents: [agent], orchestrator: { traces: "some" } }],
])("refuses %s", (_, config) => {
  expect(schema.safeParse(config).success).toBe(false);
});

test("asks for one of agents and agent", () => {
  expect(oneOf).toEqual([{ required: ["agents"] }, { required: ["agent"] }]);
});

test("every key says what it is for", () => {
  const silent: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties") {
        for (const [name, property] of Object.entries(value as object)) {
          const text = JSON.stringify(property);
          if (!text.includes('"description":')) silent.push(`${path}.${name}`);
        }
      }
      visit(value, `${path}.${key}`);
    }
  };
  visit(configJsonSchema(), "");
  expect(silent).toEqual([]);
});
