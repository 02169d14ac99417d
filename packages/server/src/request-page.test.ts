// The tables of docs/requests.md are printed from those that requests are read and answers written by. UPDATE_DOCS=1
// writes them.
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { partTypes } from "./wires/openai-chat/content.ts";
import type { FieldTable, RequestField } from "./wires/fields/field-table.ts";
import { metadataFields } from "./runs/metadata.ts";
import {
  assistantFields,
  functionFields,
  instructionFields,
  toolFields as toolMessageFields,
  userFields,
} from "./wires/openai-chat/message-fields.ts";
import { blockTypes } from "./wires/anthropic-messages/blocks.ts";
import { requestFields as messagesFields } from "./wires/anthropic-messages/request-fields.ts";
import { requestFields, streamOptionFields } from "./wires/openai-chat/request-fields.ts";
import { requestFields as completionsFields } from "./wires/openai-completions/request-fields.ts";
import { itemTypes } from "./wires/openai-responses/input-items.ts";
import { requestFields as responsesFields } from "./wires/openai-responses/request-fields.ts";

interface Printed {
  /** Between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
  readonly marker: string;
  readonly table: string;
}

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
      ...kindRows("content part", partTypes),
    ],
    stream_options: rows(streamOptionFields, "stream_options."),
  };
  const all = Object.entries(requestFields).flatMap(([name, field]) => [
    ...rows({ [name]: field }),
    ...(nested[name] ?? []),
  ]);
  return fateTable(all);
}

function kindRows(what: string, kinds: Readonly<Record<string, Pick<RequestField, "fate" | "note">>>): Row[] {
  return Object.entries(kinds).map(([type, { fate, note }]) => [`${what} \`${type}\``, fate, note]);
}

/** A table of fields, with the kinds of what one of them lists behind it. */
function listingTable(fields: FieldTable, lists: string, what: string, kinds: Parameters<typeof kindRows>[1]): string {
  const all = rows(fields);
  const at = Object.keys(fields).indexOf(lists) + 1;
  return fateTable([...all.slice(0, at), ...kindRows(what, kinds), ...all.slice(at)]);
}

function fateTable(all: readonly Row[]): string {
  return tableOf(["field", "fate", ""], [...all, ["anything else", "ignored", ""]]);
}

function metadataTable(): string {
  const rows = Object.entries(metadataFields).map(([name, { note }]) => [`\`${name}\``, note]);
  return tableOf(["in `massgen_metadata`", ""], rows);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`);
  return lines.join("").replaceAll("|  |", "| |");
}

test.each<Printed>([
  { marker: "fields", table: fieldsTable() },
  { marker: "metadata", table: metadataTable() },
  { marker: "responses", table: listingTable(responsesFields, "input", "item", itemTypes) },
  { marker: "messages", table: listingTable(messagesFields, "messages", "content block", blockTypes) },
  { marker: "completions", table: fateTable(rows(completionsFields)) },
])("docs/requests.md shows all of $marker", ({ marker, table }) => {
  const path = new URL("../../../docs/requests.md", import.meta.url);
  const page = readFileSync(path, "utf8");
  const begin = `<!-- ${marker}:begin -->\n`;
  const start = page.indexOf(begin) + begin.length;
  const stop = page.indexOf(`<!-- ${marker}:end -->`);
  expect(start).toBeGreaterThanOrEqual(begin.length);
  expect(stop).toBeGreaterThanOrEqual(start);
  if (process.env["UPDATE_DOCS"] === "1") {
    writeFileSync(path, page.slice(0, start) + table + page.slice(stop));
    return;
  }
  expect(page.slice(start, stop)).toBe(table);
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
