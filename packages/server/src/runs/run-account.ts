import type { Candidate, RunEvent, RunResult, ToolCall } from "@massgen/core";
import { type BallotShown, ballotsShown, endOf, type KeptLog, type KeptRun, questionOf, wireOf } from "@massgen/runs";
import { type MassgenMetadata, toMetadata } from "./metadata.ts";
import { type RunItem, toRunItem } from "./run-item.ts";
import type { RunView } from "./run-view.ts";

/** All that is known of one run. */
export interface RunAccount extends RunItem {
  /** As the team got it, in the words of `RunRequest` of `@massgen/core`. */
  readonly request: object;
  readonly agents: readonly { readonly id: string; readonly model: string }[];
  readonly candidates: readonly CandidateAccount[];
  readonly ballots: readonly BallotAccount[];
  /** `null` while it goes on. */
  readonly receipt: MassgenMetadata | null;
  readonly answer: {
    readonly text: string;
    readonly tool_calls: readonly CallAccount[];
    readonly finish_reason: string;
  } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

interface CallAccount {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A draft, or what a voter wrote instead of a vote. */
interface CandidateAccount {
  readonly id: string;
  readonly agent: string;
  /** 1 for the draft. */
  readonly version: number;
  readonly text: string;
  readonly tool_calls: readonly CallAccount[];
  /** Whether the model hit its output limit. */
  readonly cut: boolean;
  /** How it breaks the client's format. */
  readonly violation: string | null;
  readonly reasoning: string | null;
  readonly took_ms: number | null;
}

interface BallotAccount {
  readonly round: number;
  readonly voter: string;
  /** The candidates in the order in which this voter saw them. */
  readonly shown: readonly string[];
  /** The candidate that got the vote. */
  readonly candidate: string | null;
  /** The author of that candidate. */
  readonly choice: string | null;
  /** The place of that candidate among those shown, from 1. */
  readonly position: number | null;
  readonly reason: string | null;
  /** The candidate that the voter wrote instead of a vote. */
  readonly new_answer: string | null;
  /** Why there is no vote. */
  readonly abstained: string | null;
  /** Whether the round was held again, as a new answer came in. */
  readonly voided: boolean;
}

/**
 * What `GET /massgen/runs/{id}` says of a kept run, for those who have its log and need no server.
 * @param events those of the log, in order
 */
export function keptAccount(kept: KeptRun, log: KeptLog, events: readonly RunEvent[]): Promise<RunAccount> {
  return accountOf({ run: { ...kept, wire: wireOf(kept) }, log: async () => log, events: () => inTurn(events) });
}

async function* inTurn(events: readonly RunEvent[]): AsyncGenerator<RunEvent> {
  yield* events;
}

/** What became of a run so far. */
export async function accountOf({ run, log, events }: Pick<RunView, "run" | "log" | "events">): Promise<RunAccount> {
  const fold = new AccountFold(ballotsShown(run.setup, await log()));
  for await (const event of events({ follow: false })) fold.next(event);
  const { result } = fold;
  const end = result && endOf(run, result, fold.startedAtMs + fold.atMs);
  const { runId: _, delivery: __, ...request } = run.request;
  const team = teamName(run.team);
  const answered = { runId: run.id, callsDetail: true, ...(team !== undefined && { team }) };
  return {
    ...toRunItem({ ...run, question: questionOf(run.request), ...(end && { end }) }),
    request,
    agents: run.setup.members.map(({ id, model }) => ({ id, model })),
    candidates: fold.candidates,
    ballots: fold.ballots,
    receipt: result === undefined ? null : toMetadata(answered, result.receipt),
    answer: answerOf(result),
    error: result?.status === "failed" ? { code: result.failure.code, message: result.failure.message } : null,
  };
}

/** Gathers what happened in a run, event by event. */
class AccountFold {
  readonly candidates: CandidateAccount[] = [];
  readonly ballots: BallotAccount[] = [];
  result: RunResult | undefined;
  /** Milliseconds since 1970. */
  startedAtMs = 0;
  /** Of the last event, in milliseconds from the start. */
  atMs = 0;
  readonly #shown: readonly BallotShown[];

  constructor(shown: readonly BallotShown[]) {
    this.#shown = shown;
  }

  next(event: RunEvent): void {
    this.atMs = event.atMs;
    switch (event.type) {
      case "run-started":
        this.startedAtMs = event.startedAt;
        return;
      case "draft-finished":
        this.candidates.push(candidateOf(event.candidate, event.reasoning, event.tookMs));
        return;
      case "vote-cast": {
        const { candidate, choice, reason } = event;
        this.#ballot(event.agentId, event.round, { candidate, choice, reason });
        return;
      }
      case "answer-revised":
        this.candidates.push(candidateOf(event.candidate));
        this.#ballot(event.agentId, event.round, { new_answer: event.candidate.id });
        return;
      case "vote-abstained":
        this.#ballot(event.agentId, event.round, { abstained: event.problem });
        return;
      case "round-voided":
        for (const [at, ballot] of this.ballots.entries()) {
          if (ballot.round === event.round) this.ballots[at] = { ...ballot, voided: true };
        }
        return;
      case "run-finished":
        this.result = event.result;
        return;
      // The others say nothing of answers and votes.
      default:
    }
  }

  #ballot(voter: string, round: number, said: Partial<BallotAccount>): void {
    const shown = this.#shown.find((one) => one.voter === voter && one.round === round)?.candidates ?? [];
    const at = shown.indexOf(said.candidate ?? "");
    this.ballots.push({ round, voter, shown, ...blank, ...said, position: at < 0 ? null : at + 1 });
  }
}

/** A ballot that says nothing. */
const blank = {
  candidate: null,
  choice: null,
  reason: null,
  new_answer: null,
  abstained: null,
  voided: false,
} as const;

function candidateOf(candidate: Candidate, reasoning?: string, tookMs?: number): CandidateAccount {
  const { id, agentId, version, text, toolCalls, cut, violation } = candidate;
  return {
    id,
    agent: agentId,
    version,
    text,
    tool_calls: toolCalls.map(callOf),
    cut,
    violation: violation ?? null,
    reasoning: reasoning ?? null,
    took_ms: tookMs === undefined ? null : Math.round(tookMs),
  };
}

/** Without what only the provider understands. */
function callOf({ id, name, arguments: text }: ToolCall): CallAccount {
  return { id, name, arguments: text };
}

function answerOf(result: RunResult | undefined): RunAccount["answer"] {
  if (result?.status !== "answered") return null;
  const { text, toolCalls, finishReason } = result;
  return { text, tool_calls: toolCalls.map(callOf), finish_reason: finishReason };
}

/** The name of a team by the model name that means it. */
function teamName(model: string): string | undefined {
  return /^massgen\/(?!model:)(.+)$/.exec(model)?.[1];
}
