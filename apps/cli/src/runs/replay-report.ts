import type { CoordinationSettings } from "@massgen/core";
import type { MissingCall, Verdict } from "@massgen/core/replay";
import { wrapped } from "../terminal/plain-text.ts";
import type { Screen } from "../terminal/screen.ts";
import { counted } from "./amounts.ts";

/** A run as it was decided, and as other rules would have decided it. */
export interface Comparison {
  readonly was: Verdict;
  readonly wouldBe: Verdict;
  /** The rules that differ. */
  readonly changes: readonly RuleChange[];
  readonly same: boolean;
}

interface RuleChange {
  readonly rule: string;
  readonly was: unknown;
  readonly wouldBe: unknown;
}

export function compare(was: Verdict, wouldBe: Verdict, changes: readonly RuleChange[]): Comparison {
  const { status } = wouldBe;
  const told = ({ outcome, winner, candidate, presenter, text }: Verdict): string =>
    JSON.stringify([outcome, winner, candidate, presenter, text]);
  return { was, wouldBe, changes, same: status === was.status && told(was) === told(wouldBe) };
}

/** Settings that decide nothing that a replay could show. */
const indifferent: ReadonlySet<string> = new Set([
  "traces",
  "audience",
  "votingSensitivity",
  "limits",
  "maxAnswerChars",
]);

/** Times, which configurations have in seconds. */
const times = new Map([
  ["deadlineMs", "orchestrator_timeout_seconds"],
  ["stragglerGraceMs", "straggler_grace_seconds"],
]);

/** Which rules differ between two settings, by their names in a configuration. */
export function ruleChanges(was: CoordinationSettings, wouldBe: CoordinationSettings): readonly RuleChange[] {
  const before = new Map<string, unknown>(Object.entries(was));
  const after = new Map<string, unknown>(Object.entries(wouldBe));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [one, other] = [before.get(name), after.get(name)];
    if (indifferent.has(name) || JSON.stringify(one) === JSON.stringify(other)) return [];
    const time = times.get(name);
    if (time === undefined) return { rule: inWords(name), was: written(one), wouldBe: written(other) };
    return { rule: time, was: seconds(one), wouldBe: seconds(other) };
  });
}

/** `maxCalls` as `max_calls`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function seconds(ms: unknown): unknown {
  return typeof ms === "number" ? ms / 1000 : ms;
}

/** A value with the names inside it as in a configuration. */
function written(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [inWords(name), inside]));
}

/** The comparison for people. */
export function reportOf({ was, wouldBe, changes, same }: Comparison, screen: Screen): readonly string[] {
  const lines = [
    changes.length === 0 ? "Under the same rules:" : `Under other rules: ${changes.map(shownChange).join(", ")}.`,
    `  was:      ${shownVerdict(was)}`,
    `  would be: ${shownVerdict(wouldBe)}`,
    ...(wouldBe.missing.length > 0 ? [`  ${missingLine(wouldBe)}`] : []),
    screen.strong(conclusionOf(was, wouldBe, same)),
  ];
  return lines.flatMap((line) => {
    const indent = line.startsWith("  ") ? "  " : "";
    return wrapped(line.trimStart(), screen.width - 2).map((part, at) => indent + (at === 0 ? "" : "  ") + part);
  });
}

function shownChange({ rule, was, wouldBe }: RuleChange): string {
  const shown = (value: unknown): string => (value === undefined ? "unset" : JSON.stringify(value).replaceAll('"', ""));
  return `${rule} ${shown(was)} -> ${shown(wouldBe)}`;
}

function shownVerdict({ status, outcome, winner, finalAnswer, presenter, calls, votes }: Verdict): string {
  if (status === "cancelled" || status === "failed") return `${status}, after ${counted(calls, "call")}`;
  if (status === "undetermined") return `undetermined, with ${counted(votes.length, "vote")} known`;
  const how = outcome ?? "with an outcome that is not known";
  const kind =
    finalAnswer === "synthesize"
      ? `, final answer written anew${presenter === undefined ? "" : ` by ${presenter}`}`
      : finalAnswer === "select"
        ? ", as it was"
        : "";
  return `${winner ?? "nobody"} wins, ${how}${kind} (${counted(calls, "call")})`;
}

function missingLine({ status, missing }: Verdict): string {
  const [made, never] = [missing.filter(({ calledOff }) => calledOff), missing.filter(({ calledOff }) => !calledOff)];
  const parts = [
    ...(never.length > 0 ? [`never made: ${never.map(shownCall).join(", ")}`] : []),
    ...(made.length > 0 ? [`called off before they had answered: ${made.map(shownCall).join(", ")}`] : []),
  ];
  const needed = status === "undetermined" ? "It depends on calls" : "Open are calls";
  return `${needed} ${parts.join("; ")}.`;
}

function shownCall({ agentId, phase, round }: MissingCall): string {
  switch (phase) {
    case "draft":
      return `${agentId}'s draft`;
    case "ballot":
      return `${agentId}'s vote in round ${round ?? 1}`;
    case "presentation":
      return `${agentId}'s final answer`;
  }
}

function conclusionOf(was: Verdict, wouldBe: Verdict, same: boolean): string {
  if (wouldBe.status === "undetermined") return "Undetermined: what it needs was never asked for.";
  if (same)
    return was.calls === wouldBe.calls
      ? "Nothing differs."
      : `Only the calls differ: ${wouldBe.calls} instead of ${was.calls}.`;
  const differences = [
    ...(was.winner === wouldBe.winner
      ? []
      : [`the winner (${wouldBe.winner ?? "nobody"} instead of ${was.winner ?? "nobody"})`]),
    ...(was.winner === wouldBe.winner && was.candidate !== wouldBe.candidate ? ["which answer of the winner won"] : []),
    ...(was.outcome === wouldBe.outcome
      ? []
      : [`the outcome (${wouldBe.outcome ?? "not known"} instead of ${was.outcome ?? "none"})`]),
    ...textDifference(was, wouldBe),
  ];
  return differences.length === 0 ? "The decision is the same." : `What differs: ${differences.join(", ")}.`;
}

function textDifference(was: Verdict, wouldBe: Verdict): readonly string[] {
  if (wouldBe.status === "decided") return ["the text, which was never written"];
  return was.text === wouldBe.text ? [] : ["the text"];
}
