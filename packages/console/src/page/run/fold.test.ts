import type { Candidate, RunEvent } from "@massgen/core";
import { expect, test } from "vitest";
import { decisionWords } from "./decision-words.ts";
import { fold } from "./fold.ts";
import { emptyRun, type RunState } from "./run-state.ts";
import { seatWords } from "./seat-words.ts";
import { statusWords } from "./status-words.ts";
import { leaders } from "./votes.ts";

/** An event without its number and its time. */
type Bare = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, "seq" | "atMs"> : never) : never;

const passing = new Set(["content-delta", "reasoning-delta", "draft-delta"]);

/** Numbers events as a server does, ten milliseconds apart. */
function log(...events: readonly Bare[]): readonly RunEvent[] {
  let seq = 0;
  return events.map((event, at) => {
    const numbered = passing.has(event.type) ? {} : { seq: seq++ };
    return { ...event, ...numbered, atMs: at * 10 } as RunEvent;
  });
}

function candidate(agentId: string, text: string, version = 1): Candidate {
  const id = version === 1 ? agentId : `${agentId}@${version}`;
  return { id, agentId, version, text, toolCalls: [], cut: false };
}

const started: Bare = {
  type: "run-started",
  runId: "run_1",
  version: 1,
  startedAt: 0,
  agents: ["ada", "bob", "cyd"].map((id) => ({ id, model: `${id}-model` })),
  traces: "full",
  audience: "client",
};
const begins = (agentId: string): Bare => ({ type: "draft-started", agentId });
const writes = (agentId: string, text: string): Bare => ({ type: "draft-delta", agentId, text });
const drafts = (agentId: string, text: string): Bare => ({
  type: "draft-finished",
  agentId,
  candidate: candidate(agentId, text),
  tookMs: 1200,
  final: false,
});
const round = (number: number, candidates: readonly string[]): Bare => ({
  type: "round-started",
  round: number,
  voters: ["ada", "bob", "cyd"],
  candidates,
  revisable: true,
});
const votes = (agentId: string, choice: string, number = 1): Bare => ({
  type: "vote-cast",
  agentId,
  round: number,
  choice,
  candidate: choice,
  reason: `${choice} is right`,
  position: 1,
  shown: 2,
});
const wins = (agentId: string, votes: number, cast: number): Bare => ({
  type: "winner-selected",
  agentId,
  candidate: agentId,
  outcome: "majority",
  votes,
  cast,
  candidates: 3,
  finalAnswer: "synthesize",
});
const answerStarts: Bare = { type: "answer-started", agentId: "ada", written: false, calls: 6, failedAgents: 0, of: 3 };
const says = (text: string): Bare => ({ type: "content-delta", text });

function foldAll(events: readonly RunEvent[], from: RunState = emptyRun): RunState {
  return events.reduce(fold, from);
}

function seat(state: RunState, id: string) {
  const found = state.seats.find((one) => one.id === id);
  if (found === undefined) throw new Error(`No ${id} at the table.`);
  return found;
}

const whole = log(
  started,
  begins("ada"),
  begins("bob"),
  begins("cyd"),
  writes("ada", "A "),
  writes("bob", "B"),
  writes("ada", "draft"),
  drafts("ada", "A draft."),
  drafts("bob", "B draft."),
  drafts("cyd", "C draft."),
  round(1, ["ada", "bob", "cyd"]),
  votes("ada", "bob"),
  votes("bob", "ada"),
  votes("cyd", "ada"),
  wins("ada", 2, 3),
  { type: "presentation-started", agentId: "ada", candidates: 3 },
  answerStarts,
  says("The "),
  says("answer."),
);

test("a draft grows, and the finished one takes its place", () => {
  expect(seat(foldAll(whole.slice(0, 7)), "ada").draft).toEqual({ text: "A draft", stale: false, whole: false });
  expect(seat(foldAll(whole.slice(0, 8)), "ada").draft).toEqual({ text: "A draft.", stale: false, whole: true });
});

test("a run goes through its stages, and each says what matters", () => {
  const words = (upTo: number): string => statusWords(foldAll(whole.slice(0, upTo)));
  expect(words(0)).toBe("Waiting for the first agent.");
  expect(words(8)).toBe("Each agent answers by itself: 1 of 3 drafts finished.");
  expect(words(11)).toBe("0 of 3 have voted. Voters see the answers without names.");
  expect(words(12)).toBe("1 of 3 have voted; bob leads with 1.");
  expect(words(13)).toBe("2 of 3 have voted; bob and ada are level with 1 each.");
  expect(words(19)).toBe("ada won 2 of 3 votes, more than half. ada writes the final answer from all drafts.");
});

test("who comes late, or comes twice, sees the same", () => {
  const atOnce = foldAll(whole);
  for (let cut = 1; cut < whole.length; cut += 1) {
    const before = foldAll(whole.slice(0, cut));
    // A server sends what comes behind the last number, text in passing since then in one piece, and open drafts whole.
    const again = whole.filter(({ seq, type }, at) => {
      if (seq !== undefined) return seq > before.seq;
      return type === "draft-delta" || at > whole.findLastIndex((event) => event.seq === before.seq);
    });
    const openDrafts = again.filter(
      (event) => event.type !== "draft-delta" || !seat(before, event.agentId).draft.whole,
    );
    const after = foldAll(openDrafts, fold(before, { type: "reconnected" }));
    expect({ ...after, atMs: 0 }, `cut at ${cut}`).toEqual({ ...atOnce, atMs: 0 });
  }
});

test("an event that was seen before changes nothing", () => {
  const state = foldAll(whole.slice(0, 12));
  expect(fold(state, whole[11] as RunEvent)).toBe(state);
});

test("a seat that an event does not concern stays the same object, so that it is not drawn anew", () => {
  const before = foldAll(whole.slice(0, 6));
  const after = fold(before, whole[6] as RunEvent);
  expect(after.seats[1]).toBe(before.seats[1]);
  expect(after.seats[0]).not.toBe(before.seats[0]);
});

test("a call that is made again begins its draft anew, and says why", () => {
  const events = log(started, begins("ada"), writes("ada", "Half of"), {
    type: "call-retried",
    agentId: "ada",
    phase: "draft",
    failure: { code: "overloaded", message: "busy, busy" },
    delayMs: 500,
  });
  const ada = seat(foldAll(events), "ada");
  expect(ada.draft.text).toBe("");
  expect(seatWords(ada, false)).toEqual({ label: "drafting again", why: "Busy, busy." });
});

test("those who fail, are dropped, spared or left out say why", () => {
  const words = (event: Bare, agentId = "ada") => seatWords(seat(foldAll(log(started, event)), agentId), false);
  expect(
    words({
      type: "agent-failed",
      agentId: "ada",
      phase: "draft",
      failure: { code: "authentication", message: "the key is wrong" },
      remaining: 2,
    }),
  ).toEqual({ label: "failed", why: "The key is wrong." });
  expect(words({ type: "agent-dropped", agentId: "ada", why: "straggler", called: true })).toEqual({
    label: "too slow",
    why: "The others do not wait longer.",
  });
  expect(
    words({ type: "agent-spared", agentId: "ada", phase: "draft", why: "agreement", called: true, agreeing: 2, of: 3 }),
  ).toEqual({ label: "not needed", why: "2 of 3 agreed already." });
  expect(
    words({ type: "agent-spared", agentId: "ada", phase: "ballot", why: "early-stop", called: true, of: 3 }),
  ).toEqual({ label: "not needed", why: "The vote was decided without it." });
  expect(words({ type: "agent-excluded", agentId: "ada", why: "images" })).toEqual({
    label: "takes no part",
    why: "Its model cannot see images.",
  });
  expect(words({ type: "agents-held", phase: "draft", agentIds: ["cyd"] }, "cyd")).toEqual({
    label: "held back",
    why: "Asked only if the others cannot agree.",
  });
});

test("a second model takes the first one's place, and both are named", () => {
  const events = log(started, begins("ada"), {
    type: "fallback-started",
    agentId: "ada",
    phase: "draft",
    failure: { code: "not-found", message: "no such model" },
    model: "second",
  });
  const { model, gaveUp } = seat(foldAll(events), "ada");
  expect({ model, gaveUp }).toEqual({ model: "second", gaveUp: { model: "ada-model", why: "no such model" } });
});

test("a round with a new answer does not count, and the next one begins from nothing", () => {
  const events = log(
    started,
    round(1, ["ada", "bob"]),
    votes("ada", "bob"),
    { type: "answer-revised", agentId: "cyd", round: 1, candidate: candidate("cyd", "Better.", 2) },
    { type: "round-voided", round: 1 },
    round(2, ["ada", "bob", "cyd@2"]),
    votes("ada", "cyd", 2),
  );
  const state = foldAll(events);
  expect(state.rounds.map(({ voided, ballots }) => [voided, ballots.length])).toEqual([
    [true, 2],
    [false, 1],
  ]);
  expect(leaders(state.rounds[1] as (typeof state.rounds)[number])).toEqual({ names: ["cyd"], votes: 1 });
  expect(seat(state, "cyd").draft.text).toBe("Better.");
  expect(statusWords(state)).toBe("Round 2: 1 of 3 have voted; cyd leads with 1.");
  expect(state.turns.map(({ text }) => text)).toEqual(["A new answer came in, so the vote is held again."]);
});

test("agreement says who agreed", () => {
  const events = log(
    started,
    drafts("ada", "42"),
    drafts("bob", "42"),
    { type: "agreement-reached", agentIds: ["ada", "bob"], of: 3 },
    wins("ada", 0, 0),
  );
  expect(decisionWords(foldAll(events))).toBe("ada and bob gave the same answer, so no vote was needed.");
});

test("names that are words of JavaScript are agents like others", () => {
  const ids = ["constructor", "__proto__", "toString"];
  const events = log(
    { ...started, agents: ids.map((id) => ({ id, model: id })) },
    round(1, ids),
    votes("toString", "__proto__"),
    votes("constructor", "__proto__"),
  );
  const state = foldAll(events);
  expect(state.seats.map(({ id }) => id)).toEqual(ids);
  expect(leaders(state.rounds[0] as (typeof state.rounds)[number])).toEqual({ names: ["__proto__"], votes: 2 });
});
