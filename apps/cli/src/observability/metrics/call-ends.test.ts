import { createTeam, MassgenError, type Clock, type CoordinationSettings, type Receipt } from "@massgen/core";
import type { ChatModel, ChatRequest, LimitedModel } from "@massgen/core/model";
import { labelOf, newAnswer, phaseOf, scriptedModel, vote, type ScriptedReply } from "@massgen/core/testing";
import { expect, it } from "vitest";
import { foldCallEnds, type CallEnd } from "./call-ends.ts";

/** Time for retries comes at once, and the end of a run's never. */
const clock: Clock = {
  now: () => 0,
  date: () => 0,
  setTimer(ms, callback) {
    const timer = ms > 30_000 ? undefined : setImmediate(callback);
    return () => clearImmediate(timer);
  },
};

/** No time comes. */
const stopped: Clock = { ...clock, setTimer: () => () => {} };

/** What an agent says in a phase; `n` counts its calls from 1. */
type Reply = (phase: ReturnType<typeof phaseOf>, n: number, request: ChatRequest) => ScriptedReply;

/** A model whose calls wait for their turn, which comes for the first of them. */
function inLine(model: ChatModel): LimitedModel {
  let calls = 0;
  return {
    ...model,
    streamInTurn(request, { onQueued, onSent }) {
      onQueued?.({ leastMs: 0, reason: "max_concurrency 1" });
      if (++calls > 1) return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
      onSent?.();
      return model.stream(request);
    },
  };
}

function shown(ends: readonly CallEnd[]): readonly string[] {
  return ends.map(({ agentId, phase, result }) => `${agentId} ${phase} ${result}`).toSorted();
}

/** Runs a team, and folds its events. */
async function endsOf(
  replies: readonly Reply[],
  coordination: Partial<CoordinationSettings> = {},
  around: (model: ChatModel) => ChatModel = (model) => model,
  time = clock,
): Promise<{ readonly ends: readonly CallEnd[]; readonly receipt: Receipt }> {
  const agents = replies.map((reply, i) => ({
    id: "abc"[i] ?? "",
    model: around(scriptedModel((request, n) => reply(phaseOf(request), n, request))),
  }));
  const team = createTeam({ agents, coordination, ports: { clock: time, newRunId: () => "run" } });
  const fold = foldCallEnds();
  const ends: CallEnd[] = [];
  for await (const event of team.run({ messages: [{ role: "user", content: "?" }], delivery: "live" })) {
    ends.push(...fold.next(event));
    if (event.type === "run-finished") {
      const { receipt } = event.result;
      expect(shown(receipt.callsDetail), "the receipt tells of the same calls").toEqual(shown(ends));
      return { ends, receipt };
    }
  }
  throw new Error("The run did not finish.");
}

const usual =
  (text: string): Reply =>
  (phase) =>
    phase === "ballot" ? vote("agent1") : text;
const forX =
  (text: string): Reply =>
  (phase, _n, request) =>
    phase === "ballot" ? vote(labelOf(request, "x")) : text;
const failing = (code: ConstructorParameters<typeof MassgenError>[0]): ScriptedReply => ({
  error: new MassgenError(code, "no"),
});
const never: ScriptedReply = { after: new Promise(() => {}) };

/** Answers, and takes longer over its ballot than there is time for. */
const slowVoter =
  (text: string): Reply =>
  (phase) =>
    phase === "ballot" ? never : text;

const cases: readonly [string, readonly Reply[], Partial<CoordinationSettings>, readonly string[]][] = [
  [
    "an ordinary run",
    [usual("x"), usual("y")],
    {},
    ["a draft ok", "b draft ok", "a ballot ok", "b ballot ok", "* presentation ok"],
  ],
  ["one agent", [usual("x")], {}, ["a draft ok"]],
  [
    "agreement: who is still at it is called off",
    [usual("x"), usual("x"), () => never],
    {},
    ["a draft ok", "b draft ok", "c draft aborted"],
  ],
  [
    "a vote that is decided",
    [...["x", "y"].map(forX), (phase) => (phase === "ballot" ? never : "z")],
    { selfVotes: "allow", finalAnswer: "select" },
    ["a draft ok", "b draft ok", "c draft ok", "a ballot ok", "b ballot ok", "c ballot aborted"],
  ],
  [
    "a call that is made again, and one that is not",
    [(_phase, n) => (n < 3 ? failing("overloaded") : "x"), () => failing("authentication")],
    {},
    ["a draft overloaded", "a draft overloaded", "a draft ok", "b draft authentication"],
  ],
  [
    "replies that cannot be used",
    [usual("x"), (phase) => (phase === "draft" ? "y" : phase === "ballot" ? "hm" : "z")],
    { finalAnswer: "select" },
    ["a draft ok", "b draft ok", "a ballot ok", "b ballot rejected", "b ballot rejected"],
  ],
  [
    "a revision, and the round after it",
    [usual("x"), (phase, n) => (phase === "draft" ? "y" : n === 2 ? newAnswer("y2") : vote("agent1"))],
    { finalAnswer: "select" },
    ["a draft ok", "b draft ok", "a ballot ok", "b ballot ok", "a ballot ok", "b ballot ok"],
  ],
  [
    "presentations that fail before a word",
    [1, 2].map(
      (n): Reply =>
        (phase) =>
          phase === "ballot" ? vote("agent1") : phase === "draft" ? `draft ${n}` : failing("timeout"),
    ),
    {},
    ["a draft ok", "b draft ok", "a ballot ok", "b ballot ok", "* presentation timeout", "* presentation timeout"],
  ],
  [
    "a vote that the deadline ends: who is still at it writes the answer, where one is demanded",
    [slowVoter("x"), slowVoter("y")],
    { deadlineMs: 40_000, finalAnswer: "synthesize" },
    ["a draft ok", "b draft ok", "a ballot aborted", "b ballot aborted", "* presentation ok"],
  ],
  [
    "a presentation that breaks off",
    [1, 2].map(
      (n): Reply =>
        (phase) =>
          phase === "ballot"
            ? vote("agent1")
            : phase === "draft"
              ? `${n}`
              : { text: "half", error: new MassgenError("truncated", "cut") },
    ),
    {},
    ["a draft ok", "b draft ok", "a ballot ok", "b ballot ok", "* presentation truncated"],
  ],
];

it.each(cases)("%s", async (_name, replies, coordination, expected) => {
  const { ends, receipt } = await endsOf(replies, coordination);
  const told = ends.map(
    ({ agentId, phase, result }) => `${phase === "presentation" ? "*" : agentId} ${phase} ${result}`,
  );
  expect(told.sort()).toEqual([...expected].sort());
  expect(ends).toHaveLength(receipt.calls.made);
  expect(ends.filter(({ result }) => result === "aborted")).toHaveLength(receipt.calls.aborted);
});

it("tells calls that were never sent from those that were called off", async () => {
  const { ends, receipt } = await endsOf([forX("x"), forX("y")], { deadlineMs: 20_000 }, inLine);
  expect(shown(ends)).toEqual(["a ballot unsent", "a draft ok", "b ballot unsent", "b draft ok"]);
  expect(receipt.calls).toMatchObject({ made: 2, aborted: 0 });
});

it("counts a call that is made only when the others do not decide, and none that is never made", async () => {
  const lazy = { lazy: "on", maxNewAnswersPerAgent: 1, selfVotes: "allow" } as const;
  const run = (...replies: Reply[]) => endsOf(replies, lazy, undefined, stopped);
  const agreed = await run(usual("x"), usual("x"), usual("x"));
  expect(agreed.ends.map(({ result }) => result)).toEqual(["ok", "ok"]);
  expect(agreed.receipt.calls).toMatchObject({ made: 2, saved: { lazy: 1 } });
  const split = await run(usual("x"), usual("y"), usual("z"));
  const phases = split.ends.map(({ phase }) => phase);
  expect(split.ends).toHaveLength(split.receipt.calls.made);
  expect(phases.filter((phase) => phase === "draft")).toHaveLength(3);
  expect(split.ends.every(({ result }) => result === "ok" || result === "aborted")).toBe(true);
});

it("counts no call whose turn would have come too late", async () => {
  const full = (model: ChatModel): LimitedModel => ({
    ...model,
    streamInTurn(request, { onQueued }) {
      onQueued?.({ leastMs: 2_000_000, reason: "requests_per_minute 1" });
      return model.stream(request);
    },
  });
  const { ends, receipt } = await endsOf([usual("x"), usual("y")], {}, full);
  expect(ends.map(({ result }) => result)).toEqual(["unsent", "unsent"]);
  expect(receipt.calls.made).toBe(0);
});

it("counts no call for an agent that is dropped while it waits to try again", async () => {
  const limited: ScriptedReply = { error: new MassgenError("rate-limited", "no", { retryAfterMs: 40_000 }) };
  const { ends, receipt } = await endsOf([usual("x"), () => limited], { quorum: 1, stragglerGraceMs: 1 });
  expect(shown(ends)).toEqual(["a draft ok", "b draft rate-limited"]);
  expect(receipt.calls).toMatchObject({ made: 2, failed: 1, aborted: 0 });
});
