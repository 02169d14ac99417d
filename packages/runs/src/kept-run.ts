import type { Fact, RunRequest, Setup } from "@massgen/core";
import type { RunFigures } from "./run-figures.ts";

/** Plain JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What was asked, as it is kept: plain JSON. */
export type KeptRequest = Omit<RunRequest, "signal" | "allowance">;

/** One run as it is kept. Its log stands beside it. */
export interface KeptRun {
  readonly id: string;
  /** The name of the key that asked for it; {@link ownerOf} makes one where a key has no name. */
  readonly owner: string;
  readonly request: KeptRequest;
  /** Which wire asked (`path`, by which lists filter), and what its response object repeats of the request. */
  readonly wire: JsonObject;
  /** The run that this one continues. */
  readonly previous?: string;
  /** Whether it goes on when its client leaves. */
  readonly background: boolean;
  /** Kept for those who look at past runs only: its client did not ask for it, and finds it nowhere. */
  readonly historyOnly?: true;
  /** The bytes of its images have left: see {@link lighterRun}. */
  readonly imagesDropped?: true;
  /** What the rules decide with: the core's `Setup`. */
  readonly setup: Setup;
  readonly team: string;
  /** The version of the rules that its log was made by. */
  readonly rules: number;
  /** The version of the fold that its viewers' event numbers come from. */
  readonly fold: number;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** How a run ended, as lists show it. */
export interface RunEnd {
  readonly endedAtMs: number;
  /** The receipt's `outcome`, or `cancelled`. */
  readonly outcome: string;
  readonly degraded: boolean;
  readonly calls: number;
  /** Reported by the providers; input and output. */
  readonly tokens: number;
  readonly costUsd?: number;
  /** The model of the answer. */
  readonly model?: string;
  /** The agent whose answer won. */
  readonly winner?: string;
  /** For sums; absent for runs that ended under an earlier version. */
  readonly figures?: RunFigures;
}

/** What lists show of a run, without its request and facts. */
export interface RunSummary extends Pick<
  KeptRun,
  "id" | "owner" | "previous" | "background" | "historyOnly" | "team" | "rules" | "createdAtMs" | "expiresAtMs"
> {
  /** The path of the wire that asked. */
  readonly wire: string;
  /** The beginning of the question, at most {@link longestQuestion} characters. */
  readonly question: string;
  /** Of its request and whatever else its head has, as it is kept; in memory, in characters of JSON. */
  readonly bytes: number;
  /** Absent while the run is open. */
  readonly end?: RunEnd;
}

/** The most characters of a question that a summary shows. */
export const longestQuestion = 200;

/** The wire that asked for a run, as lists filter by it. */
export function wireOf({ wire }: Pick<KeptRun, "wire">): string {
  return typeof wire["path"] === "string" ? wire["path"] : "";
}

/** The beginning of what a request asks last. */
export function questionOf({ messages }: KeptRequest): string {
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const text = typeof asked === "string" ? asked : asked.map((part) => ("text" in part ? part.text : "")).join(" ");
  return text.slice(0, longestQuestion).toWellFormed();
}

/** The summary of a run that has just begun. */
export function summaryOf(run: KeptRun, bytes: number): RunSummary {
  const { id, owner, previous, background, historyOnly, team, rules, createdAtMs, expiresAtMs } = run;
  return {
    id,
    owner,
    wire: wireOf(run),
    ...(previous !== undefined && { previous }),
    background,
    ...(historyOnly === true && { historyOnly }),
    team,
    rules,
    createdAtMs,
    expiresAtMs,
    question: questionOf(run.request),
    bytes,
  };
}

/** A log as it is kept: facts, numbered from 0 by their places. */
export type KeptLog = readonly Fact[];
