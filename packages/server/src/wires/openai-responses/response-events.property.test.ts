import { readResponseEvents, type ResponseEvent } from "@massgen/openai-shapes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldedRun } from "../../../test/run-events.ts";
import { problem } from "../../problem.ts";
import type { Answer } from "../wire.ts";
import type { OwnRequest } from "./response.ts";
import { customInput } from "./custom-calls.ts";
import { openaiResponses } from "./wire.ts";

const { own } = openaiResponses.parse(
  {
    input: "Hi",
    tools: [
      { type: "function", name: "look", parameters: null, strict: null },
      { type: "custom", name: "patch" },
      { type: "namespace", name: "crm", description: "", tools: [{ type: "function", name: "find" }] },
    ],
  },
  () => undefined,
);
const answer: Answer<OwnRequest> = {
  own,
  runId: "run_1",
  answerId: "1",
  startedAt: 0,
  model: "massgen",
  reasoningAlias: false,
};

interface Item {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The items as a client makes them of the events, which it checks. */
function assembled(events: readonly ResponseEvent[]): readonly Item[] {
  const items: Item[] = [];
  let open: { item: Item; texts: string[]; part: string | undefined; json: string } | undefined;
  for (const event of events.slice(2, -1)) {
    const type = event.type.replace("response.", "");
    if (type === "output_item.added") {
      expect(open).toBeUndefined();
      expect(event["output_index"]).toBe(items.length);
      open = { item: event["item"] as Item, texts: [], part: undefined, json: "" };
      continue;
    }
    expect(open).toBeDefined();
    if (open === undefined) continue;
    expect(event["output_index"]).toBe(items.length);
    const [kind = "", what] = type.split(".");
    if (type === "output_item.done") {
      expect(open.part).toBeUndefined();
      const item = event["item"] as Item;
      expect([item.id, item.type]).toEqual([open.item.id, open.item.type]);
      const parts = [item["summary"], item["content"]].flatMap((list) => (list ?? []) as { text: string }[]);
      expect(parts.map(({ text }) => text).sort()).toEqual(open.texts.sort());
      if (open.json !== "") expect([item["arguments"], item["input"]]).toContain(open.json);
      items.push(item);
      open = undefined;
      continue;
    }
    expect(event["item_id"]).toBe(open.item.id);
    if (kind.endsWith("_part")) {
      expect(open.part === undefined).toBe(what === "added");
      open.part = what === "added" ? JSON.stringify([event["summary_index"], event["content_index"]]) : undefined;
      if (what === "added") open.texts.push("");
      continue;
    }
    if (what === "done") {
      if (event["text"] !== undefined) expect(event["text"]).toBe(open.texts.at(-1));
      continue;
    }
    const delta = event["delta"] as string;
    if (!kind.endsWith("text")) {
      open.json += delta;
      continue;
    }
    expect(open.part).toBe(JSON.stringify([event["summary_index"], event["content_index"]]));
    open.texts.push(`${open.texts.pop()}${delta}`);
  }
  expect(open).toBeUndefined();
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  return items;
}

test("whatever happens and however it ends: no item is left open, and the client has what the result says", () => {
  fc.assert(
    fc.property(foldedRun, fc.constantFrom("answered", "failed", "cancelled"), (run, end) => {
      const fold = openaiResponses.fold(answer);
      const frames = [...fold.start(), ...run.steps.flatMap(({ event, traces }) => fold.next(event, traces))];
      if (end === "answered") frames.push(...fold.finish(run.result));
      if (end === "failed") frames.push(...fold.fail(problem("timeout", "Too slow.")));
      if (end === "cancelled") frames.push(...(fold.cancelled?.() ?? []));
      for (const frame of frames) {
        expect(frame).toMatch(/^event: [\w.]+\ndata: [^\n\r\v\f\u0085\u2028\u2029]*\n\n$/);
        expect(frame.isWellFormed()).toBe(true);
      }
      const events = readResponseEvents([...frames, ...fold.end()].join(""));
      const items = assembled(events.filter(({ type }) => type !== "error"));
      expect(events.at(-2)?.type === "error").toBe(end === "failed");
      const last = events.at(-1) as unknown as { response: { status: string; output: Item[] } };
      expect(last.response.output).toEqual(items);
      expect(fold.body?.()).toEqual(JSON.parse(JSON.stringify(last.response)));

      const texts = (type: string, list: string): string =>
        items
          .flatMap((item) => (item.type === type ? ((item[list] ?? []) as { text: string }[]) : []))
          .map(({ text }) => text)
          .join("");
      if (end !== "answered") {
        expect(last.response.status).toBe(end);
        expect(run.result.text.startsWith(texts("message", "content").replace(/[\ud800-\udbff]$/, ""))).toBe(true);
        return;
      }
      const { finishReason, text, toolCalls } = run.result;
      const cut = finishReason === "length" || finishReason === "content-filter";
      expect(last.response.status).toBe(cut ? "incomplete" : "completed");
      expect(texts("message", "content")).toBe(text);
      expect(texts("reasoning", "content")).toBe(run.reasoning);
      const calls = items.filter(({ type }) => type.endsWith("_call"));
      expect(calls.map(({ call_id: id }) => id)).toEqual(toolCalls.map(({ id }) => id));
      expect(calls.map((item) => item["arguments"] ?? item["input"])).toEqual(
        toolCalls.map((call) => (call.name === "patch" ? customInput(call) : call.arguments)),
      );
      expect(items.some(({ type }) => type !== "reasoning")).toBe(true);
    }),
    { numRuns: Number(process.env["FC_RUNS"] ?? 300) },
  );
});
