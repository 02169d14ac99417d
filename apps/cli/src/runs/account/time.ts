import type { CallDetail, Phase } from "@massgen/core";
import { plainLine } from "../../terminal/plain-text.ts";
import { counted, shownDuration, shownShare } from "../amounts.ts";
import { type Layout, words } from "./layout.ts";
import { shownResult, titleOf } from "./meanings.ts";
import { type EndedRun, eventsOf } from "./told-run.ts";

/** A stretch of a run, and the call whose end it waited for. */
interface Stretch {
  readonly phase: Phase;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The share of the time from which on a phase is told in full. */
const leastShare = 0.15;

/** Where the time of a run went: each phase, and what it waited for. */
export function whereTimeWent(told: EndedRun, layout: Layout): readonly string[] {
  const { elapsedMs, callsDetail } = told.result.receipt;
  return stretchesOf(told).flatMap(({ phase, fromMs, toMs }) => {
    const calls = callsDetail.filter((call) => call.phase === phase);
    const last = lastOf(calls, toMs);
    if (!last) return [];
    const took = toMs - fromMs;
    const share = `${titleOf(phase)} took ${shownDuration(took)} (${shownShare(took, elapsedMs)})`;
    if (took < elapsedMs * leastShare) return words(`${share}.`, layout);
    return words(`${share}${waitedFor(told, last, calls)}`, layout);
  });
}

function stretchesOf(told: EndedRun): readonly Stretch[] {
  const { elapsedMs } = told.result.receipt;
  const at = (...types: ("round-started" | "winner-selected")[]): number | undefined =>
    types.flatMap((type) => eventsOf(told, type)).toSorted((a, b) => a.atMs - b.atMs)[0]?.atMs;
  const voting = at("round-started");
  const decided = at("winner-selected");
  const stretches = [
    { phase: "draft", fromMs: 0, toMs: voting ?? decided ?? elapsedMs },
    { phase: "ballot", fromMs: voting ?? 0, toMs: voting === undefined ? 0 : (decided ?? elapsedMs) },
    { phase: "presentation", fromMs: decided ?? 0, toMs: decided === undefined ? 0 : elapsedMs },
  ] as const;
  return stretches.filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** The call that ended last; of those that ended together, the one that answered. */
function lastOf(calls: readonly CallDetail[], untilMs: number): CallDetail | undefined {
  const ended = calls.filter(({ result, queuedAtMs }) => result !== "unsent" && queuedAtMs <= untilMs);
  const answered = (call: CallDetail): number => (call.result === "ok" ? 1 : 0);
  return ended.toSorted((a, b) => b.endedAtMs - a.endedAtMs || answered(b) - answered(a))[0];
}

function waitedFor(told: EndedRun, last: CallDetail, calls: readonly CallDetail[]): string {
  const chain = triesOf(last, calls);
  const others = calls.filter((call) => call.agentId !== last.agentId && call.result === "ok");
  const before = others.length === 0 ? undefined : Math.max(...others.map(({ endedAtMs }) => endedAtMs));
  const lead = before === undefined ? 0 : last.endedAtMs - before;
  const parts = [...partsOf(told, chain), ...(last.result === "ok" ? [] : [`then it was ${ended(last)}`])];
  const who = others.length === 0 ? "It was" : "The last was";
  const ahead = lead < 1000 ? "" : ` The others were done ${shownDuration(lead)} earlier.`;
  return `. ${who} ${last.agentId} (${plainLine(last.model)}): ${parts.join(", ")}.${ahead}`;
}

function ended({ result }: CallDetail): string {
  return result === "aborted" ? "called off" : `over: ${shownResult(result)}`;
}

/** A call with those that it repeats, the first one first. */
function triesOf(last: CallDetail, calls: readonly CallDetail[]): readonly CallDetail[] {
  const chain = [last];
  for (let call = last; call.retryOf !== undefined;) {
    const before = calls.find(({ callId }) => callId === call.retryOf);
    if (!before || chain.includes(before)) break;
    chain.unshift(before);
    call = before;
  }
  return chain;
}

function partsOf(told: EndedRun, chain: readonly CallDetail[]): readonly string[] {
  const sum = (of: (call: CallDetail) => number): number => chain.reduce((total, call) => total + of(call), 0);
  const sent = (call: CallDetail): number => call.sentAtMs ?? call.endedAtMs;
  const queued = sum((call) => sent(call) - call.queuedAtMs);
  const first = sum((call) => (call.firstTokenAtMs ?? call.endedAtMs) - sent(call));
  const writing = sum((call) => (call.firstTokenAtMs === undefined ? 0 : call.endedAtMs - call.firstTokenAtMs));
  const between = sum((call) => call.queuedAtMs) - sum((call) => call.endedAtMs) + endsOf(chain);
  const [one] = chain;
  const why = eventsOf(told, "call-queued").find(
    ({ agentId, phase }) => agentId === one?.agentId && phase === one.phase,
  );
  const wait = why === undefined ? "before it was sent" : `waiting for its turn (${plainLine(why.reason, 100)})`;
  const silent = chain.every(({ firstTokenAtMs }) => firstTokenAtMs === undefined);
  const failures = chain.slice(0, -1).map(({ result }) => shownResult(result));
  return [
    ...(failures.length > 0 ? [`${counted(chain.length, "try", "tries")} (before: ${failures.join(", ")})`] : []),
    ...(between >= 50 ? [`${shownDuration(between)} between tries`] : []),
    ...(queued >= 50 ? [`${shownDuration(queued)} ${wait}`] : []),
    silent ? `${shownDuration(first)} without a word` : `${shownDuration(first)} to the first token`,
    ...(silent ? [] : [`${shownDuration(writing)} of writing`]),
  ];
}

/** What turns the sum of all starts less all ends into the waits between. */
function endsOf(chain: readonly CallDetail[]): number {
  return (chain.at(-1)?.endedAtMs ?? 0) - (chain[0]?.queuedAtMs ?? 0);
}
