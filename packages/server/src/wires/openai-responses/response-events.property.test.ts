import { readResponseEvents, type ResponseEvent } from "@massgen/openai-shapes";
import type { RunEvent } from "@massgen/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldedRun } from "../../../test/run-events.ts";
import { answered } from "../../../test/scripted-run.ts";
import { problem } from "../../problem.ts";
import type { Answer, Answered } from "../wire.ts";
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

test("whoever comes back to an answer that streams gets the rest of it, behind any number", () => {
  fc.assert(
    fc.property(foldedRun, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (run, place, fails) => {
      const read = (after?: number): readonly ResponseEvent[] => {
        const fold = openaiResponses.fold({ ...answer, live: true }, after);
        const frames = [...fold.start(), ...run.steps.flatMap(({ event, traces }) => fold.next(event, traces))];
        frames.push(...(fails ? fold.fail(problem("timeout", "Too slow.")) : fold.finish(run.result)));
        return eventsIn(frames);
      };
      const all = read();
      const numbers = all.map((event) => event.sequence_number);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(numbers.length);
      const after = Math.floor(place * (numbers.at(-1) ?? 0));
      const rest = read(after);
      const [first, ...others] = rest;
      const behind = all.filter((event) => event.sequence_number > after);
      expect(others).toEqual(behind.slice(1));
      const cut = String(behind[0]?.["delta"]);
      if (behind[0]?.type !== "response.output_text.delta") expect(first).toEqual(behind[0]);
      else {
        const delta = String(first?.["delta"]);
        expect(cut.endsWith(delta)).toBe(true);
        expect(delta).toHaveLength(Math.min(cut.length, behind[0].sequence_number - after));
      }
    }),
    { numRuns: Number(process.env["FC_RUNS"] ?? 300) },
  );
});

test("lines that come while an answer streams stand behind it, whenever their viewer came", () => {
  const begin = { type: "answer-started", agentId: "a", written: false, calls: 1, failedAgents: 0, of: 1 } as const;
  const steps = {
    begin: { event: { ...begin, seq: 1, atMs: 0 }, traces: "[orchestrator] a answers\n" },
    late: {
      event: { type: "limit-reached", limit: "budget", consequence: "so be it", seq: 2, atMs: 1 },
      traces: "[orchestrator] Late\n",
    },
    say: (text: string) => ({ event: { type: "content-delta" as const, text, atMs: 1 }, traces: "" }),
  } as const;
  const { begin: first, late, say } = steps;
  const read = (order: readonly { readonly event: RunEvent; readonly traces: string }[], fails: boolean) => {
    const fold = openaiResponses.fold({ ...answer, live: true });
    const frames = [...fold.start(), ...order.flatMap(({ event, traces }) => fold.next(event, traces))];
    const result = answered("Blue, so.") as Answered;
    frames.push(...(fails ? fold.fail(problem("timeout", "Too slow.")) : fold.finish(result)));
    return eventsIn(frames);
  };
  const lasting = (events: readonly ResponseEvent[]) => events.filter(({ type }) => !type.endsWith("text.delta"));
  const early = read([first, say("Blue, "), late, say("so.")], false);
  expect(lasting(early)).toEqual(lasting(read([first, late, say("Blue, so.")], false)));
  expect(early.filter(({ type }) => type === "response.output_item.done")).toHaveLength(3);
  // Of one that broke off, who comes late sees the end alone, under the same number.
  const ends = [read([first, say("Blue, "), late], true), read([first, late], true)].map((all) => all.slice(-2));
  expect(ends[0]?.map((event) => event.sequence_number)).toEqual(ends[1]?.map((event) => event.sequence_number));
});

function eventsIn(frames: readonly string[]): readonly ResponseEvent[] {
  return frames
    .filter((frame) => frame !== "")
    .map((frame) => JSON.parse(frame.slice(frame.indexOf("\ndata: ") + 7)) as ResponseEvent);
}
