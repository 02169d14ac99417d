import type { RunEvent } from "@massgen/core";
import fc from "fast-check";
import { foldTraces, type TraceLevel } from "../src/runs/traces.ts";
import { tracePhaseOf, type TracePhase } from "../src/runs/trace-phase.ts";
import type { Answered } from "../src/wires/wire.ts";
import { answered } from "./scripted-run.ts";

const nasty = [
  "",
  "\n",
  "\r\n",
  "\n\ndata: [DONE]\n\n",
  "\u2028",
  "\ud83d",
  "\ude00",
  "😀",
  '"',
  "\\",
  "\u0000",
  "[DONE]",
];
const piece = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...nasty), { maxLength: 4 }).map((parts) => parts.join("")) },
);
const call = fc.record({
  id: piece,
  name: fc.constantFrom("look", "patch", "crm__find", "constructor", "__proto__", ""),
  arguments: fc.oneof(piece, fc.constantFrom("{}", '{"input":"x"}', '{"a":1}', "[1", "7", "null")),
});

const event: fc.Arbitrary<RunEvent> = fc
  .oneof(
    { weight: 4, arbitrary: piece.map((text) => ({ type: "content-delta", text })) },
    { weight: 2, arbitrary: piece.map((text) => ({ type: "reasoning-delta", agentId: "a", text })) },
    { weight: 1, arbitrary: piece.map((agentId) => ({ type: "draft-started", agentId })) },
    { weight: 1, arbitrary: fc.constant({ type: "vote-abstained", agentId: "a", round: 1, problem: "no vote" }) },
    { weight: 1, arbitrary: fc.constant({ type: "round-voided", round: 1 }) },
    { weight: 1, arbitrary: fc.constant({ type: "call-sent", agentId: "a", phase: "presentation" }) },
    { weight: 1, arbitrary: fc.constant({ type: "limit-reached", limit: "budget", consequence: "as it is" }) },
    { weight: 1, arbitrary: fc.array(call, { maxLength: 3 }).map((toolCalls) => ({ type: "tool-calls", toolCalls })) },
  )
  .map((made) => ({ ...made, seq: 0, atMs: 0 }) as RunEvent);

/** What a fold gets of one run, in any order that an engine may think of. */
export interface FoldedRun {
  readonly steps: readonly { readonly event: RunEvent; readonly traces: string }[];
  readonly result: Answered;
  /** The trace text of each phase. */
  readonly traces: readonly string[];
  /** The reasoning that is shown. */
  readonly reasoning: string;
}

export const foldedRun: fc.Arbitrary<FoldedRun> = fc
  .record({
    events: fc.array(event, { maxLength: 12 }),
    level: fc.constantFrom<TraceLevel>("off", "summary", "full"),
    finishReason: fc.constantFrom("stop", "length", "content-filter", "tool-calls", "other"),
  })
  .map(({ events, level, finishReason }) => {
    const fold = foldTraces({ traces: level, audience: "client" });
    const steps = events.map((event) => ({ event, traces: fold.next(event) }));
    const text = events.map((event) => (event.type === "content-delta" ? event.text : "")).join("");
    const toolCalls = events.flatMap((event) => (event.type === "tool-calls" ? event.toolCalls : []));
    const traces: string[] = [];
    let phase: TracePhase | undefined;
    for (const step of steps) {
      if (step.traces === "") continue;
      const before = phase;
      phase = tracePhaseOf(step.event);
      traces.push((phase === before ? (traces.pop() ?? "") : "") + step.traces);
    }
    const answering = events.findIndex(
      (event) => event.type === "tool-calls" || (event.type === "content-delta" && event.text !== ""),
    );
    const reasoning = (level === "full" ? events.slice(0, answering === -1 ? undefined : answering) : [])
      .map((event) => (event.type === "reasoning-delta" ? event.text.replaceAll("\r", "") : ""))
      .join("")
      // Half a character waits for its other half.
      .replace(/[\ud800-\udbff]$/, "");
    return { steps, traces, reasoning, result: answered(text, { toolCalls, finishReason }) as Answered };
  });
