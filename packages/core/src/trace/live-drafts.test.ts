import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../run/run-event.ts";
import { liveDrafts } from "./live-drafts.ts";

const delta = (text: string, agentId = "ada"): RunEvent => ({ type: "draft-delta", agentId, text, atMs: 0 });

function finished(text: string, more: { readonly agentId?: string; readonly final?: boolean } = {}): RunEvent {
  const { agentId = "ada", final = false } = more;
  const candidate = { id: agentId, agentId, version: 1, text, toolCalls: [], cut: false };
  return { type: "draft-finished", agentId, candidate, tookMs: 1, final, seq: 0, atMs: 0 };
}

function linesOf(...events: readonly RunEvent[]): string[] {
  const next = liveDrafts();
  return events.flatMap((event) => next(event));
}

/** Cuts a text where the numbers say. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b);
  return [0, ...ends].map((start, i) => text.slice(start, ends[i] ?? text.length)).filter((piece) => piece !== "");
}

describe("drafts while they are written", () => {
  it("come in lines: a word that is not whole waits", () => {
    const next = liveDrafts();
    expect(next(delta("The sky is bl"))).toEqual([]);
    expect(next(delta("ue.\nLight sc"))).toEqual(["[ada] | The sky is blue."]);
    expect(next(delta("atters. ".repeat(12)))).toEqual([`[ada] | Light sc${"atters. ".repeat(10)}atters.`]);
    expect(next(finished(`The sky is blue.\nLight sc${"atters. ".repeat(12)}So`))).toEqual(["[ada] | atters. So"]);
  });

  it("are told apart by their authors", () => {
    expect(
      linesOf(delta("One "), delta("Two\n", "bob"), delta("here\n"), finished("Two\n", { agentId: "bob" })),
    ).toEqual(["[bob] | Two", "[ada] | One here"]);
  });

  it("come whole at their end where no piece was seen, but not when the client got them as the answer", () => {
    expect(linesOf(finished("One\n\nTwo"))).toEqual(["[ada] | One", "[ada] |", "[ada] | Two"]);
    expect(linesOf(finished("One\n\nTwo", { final: true }))).toEqual([]);
  });

  it("end where they are given up, and begin anew", () => {
    const problem = "it was empty";
    const asked: RunEvent = { type: "reply-rejected", agentId: "ada", phase: "draft", problem, seq: 0, atMs: 0 };
    expect(linesOf(delta("Hm"), asked, delta("Yes"), finished("Yes, indeed"))).toEqual([
      "[ada] | Hm",
      "[ada] | Yes, indeed",
    ]);
  });

  it("are not shown twice when the answer was unwrapped from a code fence", () => {
    expect(linesOf(delta("```json\n{}\n```"), finished("{}"))).toEqual([
      "[ada] | ```json",
      "[ada] | {}",
      "[ada] | ```",
    ]);
  });

  it("are shown up to 100,000 characters", () => {
    const text = "word ".repeat(30_000);
    const lines = linesOf(delta(text.slice(0, 99_000)), delta(text.slice(99_000, 120_000)), finished(text));
    expect(lines.join("").length).toBeLessThan(110_000);
    expect(lines.at(-1)).toBe("[ada] | [... 50000 more characters ...]");
  });

  it("lose no character, and have the same lines whatever pieces they come in", () => {
    const word = fc.oneof(fc.constantFrom(" ", "\n", "\r\n", "\r", "\u2028", "😀"), fc.string({ maxLength: 130 }));
    const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), (draft, places) => {
        const lines = linesOf(finished(draft));
        expect(linesOf(...cut(draft, places).map((piece) => delta(piece)), finished(draft))).toEqual(lines);
        for (const line of lines) expect(line).toMatch(/^\[ada\] \|.{0,101}$/u);
        const bare = (some: string): string => some.replaceAll(/[\p{Cc}\p{Cf}\s]/gu, "");
        expect(bare(lines.map((line) => line.slice("[ada] |".length)).join(""))).toBe(bare(draft));
      }),
    );
  });
});
