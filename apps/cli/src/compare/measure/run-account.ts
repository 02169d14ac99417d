import type { CallDetail, CoordinationSettings, Fact, Outcome, RunResult } from "@massgen/core";
import { ballotsShown, decideAgain, replay, type Verdict } from "@massgen/core/replay";
import type { KeptLog } from "../conduct/kept-log.ts";
import { type Amounts, amountsOf, amountsOfCalls, plus } from "./amounts.ts";

/** What one member answered alone. */
interface DraftAccount {
  readonly agentId: string;
  /** Absent where it failed. */
  readonly text?: string;
  readonly amounts: Amounts;
}

/** On which place of its ballot a voter found its choice. */
interface PlacedVote {
  readonly voter: string;
  /** Counted from 1. */
  readonly place: number;
  /** Places of the ballot. */
  readonly of: number;
}

/** One run of a team in all its arms. */
export interface RunAccount {
  /** The team's answer; absent where it gave none. */
  readonly text?: string;
  /** The winner's own answer, as it would go out without a new final one. */
  readonly winningText?: string;
  readonly winner?: string;
  readonly outcome: Outcome;
  /** The winner, or another, wrote a new final answer. */
  readonly rewritten: boolean;
  /** In the team's order. */
  readonly drafts: readonly DraftAccount[];
  readonly votes: readonly PlacedVote[];
  /** What the team takes by its own rules, with and without a new final answer. */
  readonly team: Amounts;
  readonly select: Amounts;
  /** It was broken off and gone on with, so that its time says little. */
  readonly resumed: boolean;
  /** Its own rules need calls that were never made, so that this is the measured run itself. */
  readonly undetermined: boolean;
}

/**
 * Reads from the log of an exhaustive run what each arm would have answered, and at what cost.
 * @param rules those by which the team answers otherwise
 */
export function accountOf(kept: KeptLog, result: RunResult, rules: CoordinationSettings): RunAccount {
  const { setup, request, log } = kept;
  const { callsDetail } = result.receipt;
  const own = decideAgain(setup, log, request, rules);
  const select = decideAgain(setup, log, request, { ...rules, finalAnswer: "select" });
  const measured = decideAgain(setup, log, request);
  const undetermined = own.status === "undetermined";
  const decided = undetermined ? measured : own;
  const presentation = amountsOfCalls(
    callsDetail.filter(({ phase }) => phase === "presentation"),
    setup,
  );
  const text = textOf(decided, measured, select);
  const { winner, outcome = measured.outcome ?? "failed" } = decided;
  return {
    ...(text !== undefined && { text }),
    ...(select.text !== undefined && { winningText: select.text }),
    ...(winner !== undefined && { winner }),
    outcome,
    rewritten: (decided.finalAnswer ?? measured.finalAnswer) === "synthesize",
    drafts: draftsOf(kept, callsDetail),
    votes: votesOf(kept),
    team: withPresentation(decided, amountsOf(decided, setup), presentation),
    select: amountsOf(select.status === "undetermined" ? measured : select, setup),
    resumed: log.some(({ type }) => type === "resumed"),
    undetermined,
  };
}

/** The answer as these rules would have given it. A new one was written once, after all ballots, and stands for it. */
function textOf(decided: Verdict, measured: Verdict, select: Verdict): string | undefined {
  if (decided.status === "answered") return decided.text;
  if (decided.status !== "decided") return undefined;
  return decided.candidate === measured.candidate ? measured.text : select.text;
}

/** A new final answer that the rules would have ordered in other words takes what the measured one took. */
function withPresentation({ status }: Verdict, amounts: Amounts, presentation: Amounts): Amounts {
  if (status !== "decided") return amounts;
  return { ...plus(amounts, presentation), calls: amounts.calls + Math.max(0, presentation.calls - 1) };
}

function draftsOf({ setup, log }: KeptLog, calls: readonly CallDetail[]): readonly DraftAccount[] {
  const texts = new Map(log.flatMap((fact) => (isDraft(fact) ? [[fact.callId, fact.reply.text] as const] : [])));
  return setup.members.map(({ id: agentId }) => {
    const own = calls.filter((call) => call.agentId === agentId && call.phase === "draft");
    const good = own.findLast(({ result }) => result === "ok");
    const text = good && texts.get(good.callId);
    return { agentId, ...(text !== undefined && { text }), amounts: amountsOfCalls(own, setup) };
  });
}

function isDraft(fact: Fact): fact is Extract<Fact, { type: "draft-finished" }> {
  return fact.type === "draft-finished";
}

function votesOf({ setup, log }: KeptLog): readonly PlacedVote[] {
  const shown = ballotsShown(setup, log);
  const fold = replay(setup);
  const events = log.flatMap((fact) => fold(fact));
  return events.flatMap((event) => {
    if (event.type !== "vote-cast") return [];
    const ballot = shown.find(({ round, voter }) => round === event.round && voter === event.agentId);
    const at = ballot?.candidates.indexOf(event.candidate) ?? -1;
    return ballot && at >= 0 ? [{ voter: event.agentId, place: at + 1, of: ballot.candidates.length }] : [];
  });
}
