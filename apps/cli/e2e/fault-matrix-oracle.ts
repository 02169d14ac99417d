// What must come of a cell, worked out from the documentation of a run and the nature of the fault, without a look at the code
// that does it.
import type { ErrorCode } from "@massgen/core";
import { draftOf, finalAnswerOf, type Nature, type Phase } from "@massgen/fault-lab";
import { agents, type Cell } from "./fault-matrix-cell.ts";
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
  /** Calls of each agent for drafts and ballots, and of all for presentations. */
  readonly calls: Readonly<Record<"draft" | "ballot", Readonly<Record<string, number>>>> & {
    readonly presentation: number;
  };
  /** How many of all calls failed. */
  readonly failed: number;
  /** Why agents left the run. */
  readonly failures: Readonly<Record<string, ErrorCode>>;
  /** Candidates that a voter and a presenter see. */
  readonly shown: { readonly ballot: number; readonly presentation: number };
}

const ids = agents.map(({ id }) => id);
const nobody: Readonly<Record<string, number>> = {};

/** Works out what must come of a cell. */
export function expectationOf(cell: Cell): Expectation {
  const { fault, faulty, phase } = cell;
  const natures = new Map(
    agents.filter(({ id }) => faulty.includes(id)).map(({ id, wire }) => [id, fault.nature(wire, phase)]),
  );
  switch (cell.phase) {
    case "draft":
      return afterDrafts(cell, natures);
    case "ballot":
      return afterBallots(cell, natures);
    case "presentation":
      return afterPresentation(cell, natures);
  }
}

type Natures = ReadonlyMap<string, Nature>;

function works(nature: Nature | undefined): boolean {
  return nature === undefined || nature.kind === "answers" || nature.kind === "recovers";
}

/** Calls for one question, and how many of them fail. What is no answer is asked for again once, except the last word. */
function effortOf(nature: Nature | undefined, phase: Phase): { readonly calls: number; readonly failed: number } {
  switch (nature?.kind) {
    case undefined:
    case "answers":
      return { calls: 1, failed: 0 };
    case "recovers":
      return { calls: 2, failed: 1 };
    case "useless":
      return { calls: phase === "presentation" ? 1 : 2, failed: 0 };
    case "fails":
      return { calls: nature.tries, failed: nature.tries };
  }
}

function effortOfAll(who: readonly string[], natures: Natures, phase: Phase) {
  const efforts = who.map((id) => [id, effortOf(natures.get(id), phase)] as const);
  return {
    calls: Object.fromEntries(efforts.map(([id, { calls }]) => [id, calls])),
    failed: efforts.reduce((sum, [, { failed }]) => sum + failed, 0),
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
  const usage = { inputTokens: 0, outputTokens: 0 };
  const { text } = fault.says?.({ text: healthy, calls: [], usage }, of) ?? { text: healthy };
  return nature.reads?.(text) ?? text;
}

function afterDrafts(cell: Cell, natures: Natures): Expectation {
  const authors = ids.filter((id) => works(natures.get(id)));
  const { calls, failed } = effortOfAll(ids, natures, "draft");
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
      calls: { draft: calls, ballot: nobody, presentation: 0 },
      failed,
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
    calls: { draft: calls, ballot: Object.fromEntries(authors.map((id) => [id, 1])), presentation: 1 },
    failed,
    failures,
    shown: { ballot: authors.length < 3 ? authors.length : 2, presentation: authors.length },
  };
}

function afterBallots(cell: Cell, natures: Natures): Expectation {
  const voters = ids.filter((id) => works(natures.get(id)));
  const alive = ids.filter((id) => natures.get(id)?.kind !== "fails");
  const { calls, failed } = effortOfAll(ids, natures, "ballot");
  const votes = votesOf(cell, voters, ids);
  const reasons = [
    ...(alive.some((id) => natures.get(id)?.kind === "useless") ? ["abstention"] : []),
    ...(alive.length < ids.length ? ["agent-failed"] : []),
  ];
  const ways = leadersOf(votes).flatMap((winner): readonly ExpectedAnswer[] => {
    const decided = { outcome: outcomeOf(votes, voters.length), winner };
    if (alive.includes(winner)) {
      const content = finalAnswerOf(cell.model, winner);
      return [{ ...decided, content, presenter: winner, finalAnswer: "synthesize", reasons }];
    }
    const degraded = [...reasons, "presenter-fallback"];
    if (alive.length === 0) {
      const content = draftOf(cell.model, winner);
      return [{ ...decided, content, presenter: winner, finalAnswer: "select", reasons: degraded }];
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
        reasons: degraded,
      }));
  });
  return {
    ending: { type: "answer", ways },
    calls: { draft: effortOfAll(ids, new Map(), "draft").calls, ballot: calls, presentation: alive.length > 0 ? 1 : 0 },
    failed,
    failures: failuresOf(
      ids.filter((id) => !alive.includes(id)),
      natures,
    ),
    shown: { ballot: 2, presentation: 3 },
  };
}

/** Two vote for the first of `favourites`, who votes for the second: that is the order in which they may present. */
function afterPresentation(cell: Cell, natures: Natures): Expectation {
  const [winner = ""] = cell.favourites;
  const decided = { outcome: "majority", winner } as const;
  let presentation = 0;
  let failed = 0;
  let reasons: readonly string[] = [];
  const tried: string[] = [];
  const end = (ending: Expectation["ending"]): Expectation => ({
    ending,
    calls: { draft: one(), ballot: one(), presentation },
    failed,
    failures: failuresOf(tried, natures),
    shown: { ballot: 2, presentation: 3 },
  });
  for (const presenter of cell.favourites) {
    const nature = natures.get(presenter);
    const effort = effortOf(nature, "presentation");
    tried.push(presenter);
    presentation += effort.calls;
    failed += effort.failed;
    const content = textOf(cell, presenter, "presentation", natures);
    if (works(nature)) {
      return end({ type: "answer", ways: [{ ...decided, content, presenter, finalAnswer: "synthesize", reasons }] });
    }
    if (cell.stream && nature?.kind === "fails" && nature.spoke) {
      return end({ type: "error", problem: problemOf([nature]), begun: content });
    }
    reasons = ["agent-failed", "presenter-fallback"];
  }
  const content = draftOf(cell.model, winner);
  return end({ type: "answer", ways: [{ ...decided, content, presenter: winner, finalAnswer: "select", reasons }] });
}

function one(): Readonly<Record<string, number>> {
  return Object.fromEntries(ids.map((id) => [id, 1]));
}
