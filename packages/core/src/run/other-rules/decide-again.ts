import { checkSettings } from "../../check-settings.ts";
import { type CoordinationOptions, settingsWith } from "../../coordination-options.ts";
import type { Fact } from "../../coordination/event.ts";
import type { CoordinationSettings } from "../../coordination/settings.ts";
import type { Outcome, Phase, Receipt, VoteReceipt } from "../../coordination/receipt.ts";
import { receiptOf, voteReceipt } from "../../coordination/receipt-of.ts";
import type { Setup } from "../../coordination/state.ts";
import type { RunRequest } from "../../run-request.ts";
import { ruledBy } from "../setup.ts";
import { recordedRun, type RecordedRun } from "./recorded-run.ts";
import { type Rerun, rerun } from "./rerun.ts";

/** A call that would have been made, and that the log does not answer. */
export interface MissingCall {
  readonly agentId: string;
  readonly phase: Phase;
  /** Of a ballot. */
  readonly round?: number;
  /** It was made, but ended before it had answered. False: it was never made, or with other answers to choose from. */
  readonly calledOff: boolean;
}

/** What would have become of a run. */
export interface Verdict {
  /**
   * - `answered`, `failed`, `cancelled`: as the run would have ended
   * - `decided`: the winner is known, and the text of the answer is not
   * - `undetermined`: it depends on calls that were never made
   */
  readonly status: "answered" | "failed" | "cancelled" | "decided" | "undetermined";
  /** Absent where it is undetermined, or depends on ballots that do not change the winner. */
  readonly outcome?: Outcome;
  /** The author of the winning candidate. */
  readonly winner?: string;
  readonly candidate?: string;
  /** Those that are known. */
  readonly votes: readonly VoteReceipt[];
  readonly rounds: number;
  readonly reasons: Receipt["reasons"];
  readonly finalAnswer?: Receipt["finalAnswer"];
  readonly presenter?: string;
  /** The answer's text; absent where it was never written. */
  readonly text?: string;
  /** Calls that would have been made, as far as that is known. */
  readonly calls: number;
  /** What they would have used, and how long the run would have taken, as far as that is known. */
  readonly spent: Pick<
    Receipt,
    "usage" | "usageComplete" | "unreported" | "costUsd" | "costComplete" | "unreportedCostUsd" | "elapsedMs"
  >;
  /** The settings by which it was decided. */
  readonly settings: CoordinationSettings;
  /** Calls that would have been out at the end, or where nobody knows how it goes on. */
  readonly missing: readonly MissingCall[];
}

/**
 * Decides the drafts and ballots of a run again under other rules, without calling a model. Each call takes as long as
 * it took, and what was never asked would have come last. Ballots that were never cast leave a winner undetermined only
 * if they could change it.
 *
 * @param request of the kept run: what it demands limits the settings
 * @param coordination the other rules; without them, the run's own. Traces, which decide nothing, stay as they were,
 * and   a deadline only gets shorter
 * @throws MassgenError `configuration` for settings that do not suit the run's agents
 */
export function decideAgain(
  setup: Setup,
  log: readonly Fact[],
  request: RunRequest,
  coordination?: CoordinationOptions,
): Verdict {
  const recorded = recordedRun(setup, log);
  const changed = coordination === undefined ? setup : underRules(setup, request, coordination);
  const run = rerun(changed, recorded);
  return certainVerdict(changed, recorded, run) ?? verdictOf(run);
}

function underRules(setup: Setup, request: RunRequest, coordination: CoordinationOptions): Setup {
  const { traces, audience } = setup.settings;
  const wanted = settingsWith(coordination);
  // Whether the request or the team set the deadline is not kept, and after it nobody was asked anything.
  const deadlineMs = Math.min(wanted.deadlineMs, setup.settings.deadlineMs);
  const settings = { ...wanted, traces, audience, deadlineMs };
  checkSettings(settings, setup.members.length);
  const { lazy: before, ...rest } = setup;
  const { lazy, ...ruled } = ruledBy(settings, request, setup.members.length);
  // Whose turn it was stays: it comes of the conversation, of which a kept request may have lost its images.
  return { ...rest, ...ruled, ...(lazy && { lazy: before ?? lazy }) };
}

function verdictOf({ state, result, unanswered }: Rerun): Verdict {
  const { decision } = state;
  const { winner, outcome, rounds, reasons, finalAnswer, presenter, calls, ...receipt } =
    result?.receipt ?? receiptOf(state);
  const { usage, usageComplete, unreported, costUsd, costComplete, unreportedCostUsd, elapsedMs } = receipt;
  const decided = decision !== undefined;
  const soFar = state.round?.ballots.map((ballot) => voteReceipt(state, ballot)) ?? [];
  return {
    status: result?.status ?? (decided ? "decided" : "undetermined"),
    ...((result || decided) && { outcome }),
    ...(winner !== undefined && { winner }),
    ...(decided && { candidate: decision.winner.id }),
    votes: decided ? receipt.votes : soFar,
    rounds,
    reasons,
    ...(finalAnswer !== undefined && { finalAnswer }),
    ...(presenter !== undefined && { presenter }),
    ...(result?.status === "answered" && { text: result.text }),
    calls: calls.made,
    spent: {
      usageComplete,
      costComplete,
      elapsedMs,
      ...(usage && { usage }),
      ...(unreported && { unreported }),
      ...(costUsd !== undefined && { costUsd }),
      ...(unreportedCostUsd !== undefined && { unreportedCostUsd }),
    },
    settings: state.setup.settings,
    missing: unanswered.map(({ order: { agentId, purpose }, calledOff }) => ({
      agentId,
      phase: purpose.phase,
      ...(purpose.phase === "ballot" && { round: purpose.round }),
      calledOff,
    })),
  };
}

/** The most ways to fill in missing ballots that are tried. */
const mostWays = 512;

/** The verdict where only ballots are missing and the same candidate wins whatever they say. */
function certainVerdict(setup: Setup, recorded: RecordedRun, run: Rerun): Verdict | undefined {
  const open = run.unanswered.map(({ order: { callId, purpose } }) => ({ callId, purpose }));
  if (run.result || run.state.decision || open.length === 0) return undefined;
  let ways: readonly ReadonlyMap<string, string>[] = [new Map()];
  for (const { callId, purpose } of open) {
    // Whoever may write a new answer may start another round.
    if (purpose.phase !== "ballot" || purpose.revisable) return undefined;
    ways = ways.flatMap((way) => purpose.candidates.map(({ id }) => new Map([...way, [callId, id]])));
    if (ways.length > mostWays) return undefined;
  }
  const [first, ...others] = ways.map((way) => verdictOf(rerun(setup, recorded, way)));
  if (first?.candidate === undefined || others.some(({ candidate }) => candidate !== first.candidate)) return undefined;
  const { outcome, candidate, winner = "" } = first;
  const known = others.every((other) => other.outcome === outcome);
  const certain = { ...verdictOf(run), status: "decided", candidate, winner } as const;
  return known && outcome !== undefined ? { ...certain, outcome } : certain;
}
