// The README's table of request fields is printed from the tables that the schemas are made of. UPDATE_README=1 writes it.
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { partTypes } from "./openai-chat/content.ts";
import type { FieldTable } from "./fields/field-table.ts";
import type { MassgenMetadata } from "../runs/metadata.ts";
import {
  assistantFields,
  functionFields,
  instructionFields,
  toolFields as toolMessageFields,
  userFields,
} from "./openai-chat/message-fields.ts";
import { requestFields, streamOptionFields } from "./openai-chat/request-fields.ts";

const path = new URL("../../../../README.md", import.meta.url);
const begin = "<!-- fields:begin -->\n";
const end = "<!-- fields:end -->";

type Row = readonly [field: string, fate: string, note: string];

function rows(fields: FieldTable, prefix = "", suffix = ""): Row[] {
  return Object.entries(fields).map(([name, { fate, note }]) => [`\`${prefix}${name}\`${suffix}`, fate, note]);
}

function messageRows(role: string, fields: FieldTable): Row[] {
  return rows(fields, "messages[].", `, ${role}`);
}

function fieldsTable(): string {
  const nested: Readonly<Record<string, readonly Row[]>> = {
    messages: [
      ...messageRows("system, developer", instructionFields),
      ...messageRows("user", userFields),
      ...messageRows("assistant", assistantFields),
      ...messageRows("tool", toolMessageFields),
      ...messageRows("function", functionFields),
      ...Object.entries(partTypes).map(([type, { fate, note }]): Row => [`content part \`${type}\``, fate, note]),
    ],
    stream_options: rows(streamOptionFields, "stream_options."),
  };
  const all = Object.entries(requestFields).flatMap(([name, field]) => [
    ...rows({ [name]: field }),
    ...(nested[name] ?? []),
  ]);
  const lines = [...all, ["anything else", "ignored", ""]].map((cells) => `| ${cells.join(" | ")} |\n`);
  return `| field | fate | |\n| --- | --- | --- |\n${lines.join("")}`.replaceAll("|  |", "| |");
}

test("shows every request field with its fate", () => {
  const readme = readFileSync(path, "utf8");
  const start = readme.indexOf(begin) + begin.length;
  const stop = readme.indexOf(end);
  expect(start).toBeGreaterThan(begin.length);
  expect(stop).toBeGreaterThanOrEqual(start);
  if (process.env["UPDATE_README"] === "1") {
    writeFileSync(path, readme.slice(0, start) + fieldsTable() + readme.slice(stop));
    return;
  }
  expect(readme.slice(start, stop)).toBe(fieldsTable());
});

/** The request fields of OpenAI's current API, written down by hand from its reference. */
const published =
  "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages metadata modalities model " +
  "moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort " +
  "response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user " +
  "verbosity web_search_options";

test("the table knows every published field", () => {
  expect(Object.keys(requestFields).sort()).toEqual(published.split(" "));
});

const metadata: Readonly<Record<keyof MassgenMetadata, true>> = {
  run_id: true,
  outcome: true,
  degraded: true,
  reasons: true,
  winner: true,
  presenter: true,
  final_answer: true,
  votes: true,
  tally: true,
  agents: true,
  calls: true,
  rounds: true,
  usage_complete: true,
  elapsed_ms: true,
};

test("shows every field of massgen_metadata, in the order in which it is sent", () => {
  const [, table = ""] = /<!-- metadata:begin -->\n([^]*?)<!-- metadata:end -->/.exec(readFileSync(path, "utf8")) ?? [];
  expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(metadata));
});
