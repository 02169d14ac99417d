// What must come of a cell, worked out from the documentation of a run and the nature of the fault, without a look at
// the code that does it.
import type { ErrorCode } from "@massgen/core";
import { draftOf, finalAnswerOf, type Nature } from "@massgen/fault-lab";
import { type CallPhase, text as said } from "@massgen/upstream";
import type { Cell } from "./fault-matrix-cell.ts";
import { effortOf } from "./fault-matrix-effort.ts";
import { codeOf, problemOf, type ExpectedProblem } from "./fault-matrix-problem.ts";
import { leadersOf, outcomeOf, type VotedOutcome, votesOf } from "./fault-matrix-votes.ts";

/** A way in which a cell may rightly end. Draws and equal ranks leave more than one. */
export interface ExpectedAnswer {
  readonly content: string;
  readonly outcome: VotedOutcome | "single";
  readonly winner: string;
  readonly presenter: string;
  readonly finalAnswer: "select" | "synthesize";
  /** In alphabetical order. */
  readonly reasons: readonly string[];
}

/** What must come of a cell. */
export interface Expectation {
  readonly ending:
    | { readonly type: "answer"; readonly ways: readonly ExpectedAnswer[] }
    /** `begun` is the text of which a beginning may have been streamed before. */
    | { readonly type: "error"; readonly problem: ExpectedProblem; readonly begun: string };
  /** Requests of each agent for drafts and ballots, and of all for presentations. */
  readonly requests: Readonly<Record<"draft" | "ballot", Readonly<Record<string, number>>>> & {
    readonly presentation: number;
  };
  /** How many calls there were, and how many of them failed. */
  readonly calls: { readonly made: number; readonly failed: number };
  /** Why agents left the run. */
  readonly failures: Readonly<Record<string, ErrorCode>>;
  /** Candidates that a voter and a presenter see. */
  readonly shown: { readonly ballot: number; readonly presentation: number };
}

const idsOf = ({ agents }: Cell): readonly string[] => agents.map(({ id }) => id);
const nobody: Readonly<Record<string, number>> = {};

/**
 * Works out what must come of a cell.
 *
 * @param before how often the same was asked before
 */
export function expectationOf(cell: Cell, before = 0): Expectation {
  const { agents, fault, faulty, phase } = cell;
  const natures = new Map(
    agents.filter(({ id }) => faulty.includes(id)).map(({ id, wire }) => [id, fault.nature(wire, phase)]),
  );
  switch (cell.phase) {
    case "draft":
      return afterDrafts(cell, natures, before);
    case "ballot":
      return afterBallots(cell, natures, before);
    case "presentation":
      return afterPresentation(cell, natures, before);
  }
}

type Natures = ReadonlyMap<string, Nature>;

function works(nature: Nature | undefined): boolean {
  switch (nature?.kind) {
    case undefined:
    case "answers":
    case "recovers":
    case "learns":
      return true;
    case "repeats its prompt":
    case "useless":
    case "fails":
      return false;
  }
}

/** What a phase costs in which all agents are asked. */
function effortOfAll({ agents }: Cell, natures: Natures, phase: CallPhase, before: number) {
  const efforts = agents.map((agent) => effortOf(natures.get(agent.id), agent, phase, before));
  const sum = (what: "calls" | "failed"): number => efforts.reduce((total, effort) => total + effort[what], 0);
  return {
    requests: Object.fromEntries(agents.map(({ id }, at) => [id, efforts[at]?.requests ?? 0])),
    calls: sum("calls"),
    failed: sum("failed"),
  };
}

/** Why those of them leave the run that leave it. */
function failuresOf(who: readonly string[], natures: Natures): Readonly<Record<string, ErrorCode>> {
  const failed = who.flatMap((id) => {
    const nature = natures.get(id);
    return nature === undefined || works(nature) ? [] : [[id, codeOf(nature)] as const];
  });
  return Object.fromEntries(failed);
}

/** A text of an agent as its reader gets it. */
function textOf({ fault, phase, model }: Cell, id: string, of: "draft" | "presentation", natures: Natures): string {
  const healthy = of === "draft" ? draftOf(model, id) : finalAnswerOf(model, id);
  const nature = natures.get(id);
  if (phase !== of || nature?.kind !== "answers") return healthy;
  const { text } = fault.says?.(said(healthy), of) ?? { text: healthy };
  return nature.reads?.(text) ?? text;
}

function afterDrafts(cell: Cell, natures: Natures, before: number): Expectation {
  const ids = idsOf(cell);
  const authors = ids.filter((id) => works(natures.get(id)));
  const drafts = effortOfAll(cell, natures, "draft", before);
  const reasons = authors.length < ids.length ? ["agent-failed"] : [];
  const failures = failuresOf(ids, natures);
  const [only, second] = authors;
  if (only === undefined || second === undefined) {
    const ending: Expectation["ending"] =
      only === undefined
        ? { type: "error", problem: problemOf([...natures.values()]), begun: "" }
        : {
            type: "answer",
            ways: [
              {
                content: textOf(cell, only, "draft", natures),
                outcome: "single",
                winner: only,
                presenter: only,
                finalAnswer: "select",
                reasons,
              },
            ],
          };
    return {
      ending,
      requests: { draft: drafts.requests, ballot: nobody, presentation: 0 },
      calls: { made: drafts.calls, failed: drafts.failed },
      failures,
      shown: { ballot: 0, presentation: 0 },
    };
  }
  const votes = votesOf(cell, authors, authors);
  const ways = leadersOf(votes).map((winner): ExpectedAnswer => ({
    content: finalAnswerOf(cell.model, winner),
    outcome: outcomeOf(votes, authors.length),
    winner,
    presenter: winner,
    finalAnswer: "synthesize",
    reasons,
  }));
  return {
    ending: { type: "answer", ways },
    requests: { draft: drafts.requests, ballot: once(authors), presentation: 1 },
    calls: { made: drafts.calls + authors.length + 1, failed: drafts.failed },
    failures,
    shown: { ballot: authors.length < 3 ? authors.length : 2, presentation: authors.length },
  };
}

function afterBallots(cell: Cell, natures: Natures, before: number): Expectation {
  const ids = idsOf(cell);
  const voters = ids.filter((id) => works(natures.get(id)));
  const alive = ids.filter((id) => natures.get(id)?.kind !== "fails");
  const ballots = effortOfAll(cell, natures, "ballot", before);
  const votes = votesOf(cell, voters, ids);
  const reasons = [
    ...(alive.some((id) => natures.get(id)?.kind === "useless") ? ["abstention"] : []),
    ...(alive.length < ids.length ? ["agent-failed"] : []),
  ];
  const ways = leadersOf(votes).flatMap((winner): readonly ExpectedAnswer[] => {
    const decided = { outcome: outcomeOf(votes, voters.length), winner };
    // A vote that said nothing: nobody writes on top of it.
    if (voters.length === 0) {
      return [{ ...decided, content: draftOf(cell.model, winner), presenter: winner, finalAnswer: "select", reasons }];
    }
    if (alive.includes(winner)) {
      const content = finalAnswerOf(cell.model, winner);
      return [{ ...decided, content, presenter: winner, finalAnswer: "synthesize", reasons }];
    }
    // The author of the next candidate presents: the one with most votes among those that are left.
    const most = Math.max(...alive.map((id) => votes.get(id) ?? 0));
    return alive
      .filter((id) => votes.get(id) === most)
      .map((presenter) => ({
        ...decided,
        content: finalAnswerOf(cell.model, presenter),
        presenter,
        finalAnswer: "synthesize",
        reasons: [...reasons, "presenter-fallback"],
      }));
  });
  const presentation = voters.length > 0 ? 1 : 0;
  return {
    ending: { type: "answer", ways },
    requests: { draft: once(ids), ballot: ballots.requests, presentation },
    calls: { made: ids.length + ballots.calls + presentation, failed: ballots.failed },
    failures: failuresOf(
      ids.filter((id) => !alive.includes(id)),
      natures,
    ),
    shown: { ballot: 2, presentation: 3 },
  };
}

/** Two vote for the first of `favourites`, who votes for the second: that is the order in which they may present. */
function afterPresentation(cell: Cell, natures: Natures, before: number): Expectation {
  const ids = idsOf(cell);
  const [winner = ""] = cell.favourites;
  const decided = { outcome: "majority", winner } as const;
  let requests = 0;
  let made = 2 * ids.length;
  let failed = 0;
  let reasons: readonly string[] = [];
  const tried: string[] = [];
  const end = (ending: Expectation["ending"]): Expectation => ({
    ending,
    requests: { draft: once(ids), ballot: once(ids), presentation: requests },
    calls: { made, failed },
    failures: failuresOf(tried, natures),
    shown: { ballot: 2, presentation: 3 },
  });
  const presenters = cell.favourites.flatMap((id) => cell.agents.find((agent) => agent.id === id) ?? []);
  for (const agent of presenters) {
    const presenter = agent.id;
    const nature = natures.get(presenter);
    const effort = effortOf(nature, agent, "presentation", before);
    tried.push(presenter);
    requests += effort.requests;
    made += effort.calls;
    failed += effort.failed;
    const content = textOf(cell, presenter, "presentation", natures);
    if (nature === undefined || works(nature)) {
      return end({ type: "answer", ways: [{ ...decided, content, presenter, finalAnswer: "synthesize", reasons }] });
    }
    const spoke = nature.kind === "fails" ? nature.spoke : nature.kind === "repeats its prompt";
    if (cell.stream && spoke) return end({ type: "error", problem: problemOf([nature]), begun: content });
    reasons = ["agent-failed", "presenter-fallback"];
    // Another presenter would be shown the same marks.
    if (nature.kind === "repeats its prompt") break;
  }
  const content = draftOf(cell.model, winner);
  return end({ type: "answer", ways: [{ ...decided, content, presenter: winner, finalAnswer: "select", reasons }] });
}

function once(who: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(who.map((id) => [id, 1]));
}
