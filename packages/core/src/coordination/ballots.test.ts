import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";
import type { CallOrder } from "./effect.ts";

/** A run whose agents have all drafted something of their own, named after them. */
function voting(agents: readonly string[], options: Omit<ScenarioOptions, "agents"> = {}): Scenario {
  const run = scenario({ agents, ...options });
  for (const id of agents) run.drafts(id, `${id} says`);
  return run;
}

type BallotPurpose = Extract<CallOrder["purpose"], { phase: "ballot" }>;

function ballotOf(run: Scenario, voter: string): BallotPurpose {
  const { purpose } = run.order(voter);
  if (purpose.phase !== "ballot") throw new RangeError(`${voter} holds no ballot`);
  return purpose;
}

const shownTo = (run: Scenario, voter: string): string[] => ballotOf(run, voter).candidates.map(({ id }) => id);

describe("an ordinary run", () => {
  it("is K drafts, K ballots and one presentation: 2K+1 calls", () => {
    const run = voting(["a", "b", "c"], { settings: { earlyStop: false } });
    expect(run.live()).toEqual(["a ballot", "b ballot", "c ballot"]);
    run.votes("a", "b", "clear");
    run.votes("b", "c");
    run.votes("c", "b", "short");
    expect(run.live()).toEqual(["b presentation"]);
    run.starts("b");
    run.presents("b", "the answer");
    expect(run.result()).toMatchObject({
      text: "the answer",
      receipt: {
        outcome: "majority",
        winner: "b",
        presenter: "b",
        finalAnswer: "synthesize",
        tally: { b: 2, c: 1 },
        rounds: 1,
        degraded: false,
        calls: { made: 7, aborted: 0, failed: 0, lost: 0, saved: { agreement: 0, earlyStop: 0, lazy: 0 } },
      },
    });
  });
});

describe("self-votes", () => {
  it("auto: with two authors a voter sees its own answer", () => {
    expect(shownTo(voting(["a", "b"]), "a").toSorted()).toEqual(["a", "b"]);
  });

  it("auto: with three authors it does not", () => {
    const run = voting(["a", "b", "c"]);
    expect(shownTo(run, "a").toSorted()).toEqual(["b", "c"]);
    expect(shownTo(run, "c").toSorted()).toEqual(["a", "b"]);
  });

  it("exclude and allow say so for any number", () => {
    expect(shownTo(voting(["a", "b"], { settings: { selfVotes: "exclude" } }), "a")).toEqual(["b"]);
    const all = voting(["a", "b", "c"], { settings: { selfVotes: "allow" } });
    expect(shownTo(all, "a").toSorted()).toEqual(["a", "b", "c"]);
  });

  it("exclusion covers a voter's old and new answers", () => {
    const run = voting(["a", "b", "c"]);
    run.revises("a", "a says more");
    run.votes("b", "c");
    run.votes("c", "b");
    expect(shownTo(run, "a").toSorted()).toEqual(["b", "c"]);
    expect(shownTo(run, "b").toSorted()).toEqual(["a", "a@2", "c"]);
  });
});

describe("the order on ballots", () => {
  it("shows every candidate equally often in every position", () => {
    for (let i = 0; i < 10; i++) {
      const run = voting(["a", "b", "c", "d"], { seed: `run_${i}` });
      const orders = ["a", "b", "c", "d"].map((voter) => shownTo(run, voter));
      for (const position of [0, 1, 2]) expect(new Set(orders.map((order) => order[position])).size).toBe(4);
    }
  });

  it("does not depend on who drafted first", () => {
    const ordersAfter = (arrivals: readonly string[]): string[][] => {
      const run = scenario({ agents: ["a", "b", "c"] });
      for (const id of arrivals) run.drafts(id, `${id} says`);
      return ["a", "b", "c"].map((voter) => shownTo(run, voter));
    };
    expect(ordersAfter(["c", "a", "b"])).toEqual(ordersAfter(["a", "b", "c"]));
  });
});

describe("revision", () => {
  it("is offered in round 1 and not in round 2 by default", () => {
    const run = voting(["a", "b"]);
    expect(ballotOf(run, "a").revisable).toBe(true);
    run.revises("a", "better");
    run.votes("b", "b");
    expect(ballotOf(run, "a")).toMatchObject({ round: 2, revisable: false });
  });

  it("is never offered with one answer per agent", () => {
    const run = voting(["a", "b"], { settings: { maxNewAnswersPerAgent: 1 } });
    expect(ballotOf(run, "a").revisable).toBe(false);
  });

  it("is offered in two rounds with three answers per agent; the third round is vote-only", () => {
    const run = voting(["a", "b"], { settings: { maxNewAnswersPerAgent: 3 } });
    const offered: boolean[] = [];
    for (let round = 1; round <= 3; round++) {
      offered.push(ballotOf(run, "a").revisable);
      if (round < 3) run.revises("a", `version ${round + 1}`);
      else run.votes("a", "a@3");
      run.votes("b", "a");
    }
    expect(offered).toEqual([true, true, false]);
    expect(run.state.candidates.map(({ id }) => id)).toEqual(["a", "a@2", "a@3", "b"]);
  });

  it("voids the round: its ballots do not count, all vote again over old and new versions", () => {
    const run = voting(["a", "b", "c"], { settings: { finalAnswer: "select" } });
    run.votes("a", "b");
    run.votes("b", "c");
    run.revises("c", "c says more");
    expect(run.announced("round-voided")).toEqual([{ type: "round-voided", round: 1 }]);
    expect(run.live()).toEqual(["a ballot", "b ballot", "c ballot"]);
    expect(shownTo(run, "a").toSorted()).toEqual(["b", "c", "c@2"]);
    run.votes("a", "c@2");
    run.votes("b", "c@2");
    expect(run.result()).toMatchObject({
      text: "c says more",
      receipt: {
        outcome: "unanimous",
        rounds: 2,
        tally: { c: 2 },
        votes: [{ voter: "a", choice: "c", candidate: "c@2" }, { voter: "b" }],
      },
    });
  });

  it("leaves the old version eligible", () => {
    const run = voting(["a", "b"], { settings: { finalAnswer: "select" } });
    run.revises("a", "worse");
    run.votes("b", "a");
    run.votes("a", "a");
    run.votes("b", "a");
    expect(run.result()).toMatchObject({ text: "a says" });
  });
});

describe("an unusable ballot", () => {
  it("is not asked again once somebody answered anew: it would not count", () => {
    const run = voting(["a", "b"]);
    run.revises("b", "b says more");
    run.ballots("a", { kind: "unusable", problem: "it called no tool" });
    expect(run.live()).toEqual(["a ballot", "b ballot"]);
    expect(ballotOf(run, "a")).toMatchObject({ round: 2 });
    for (const id of ["a", "b"]) run.votes(id, "b@2");
    run.presents("b", "done");
    expect(run.result().receipt).toMatchObject({ degraded: false, calls: { made: 7 } });
  });

  it("is asked again once, with the error, as a counted call over the same list", () => {
    const run = voting(["a", "b"]);
    const list = shownTo(run, "a");
    run.ballots("a", { kind: "unusable", problem: "it called no tool" });
    expect(run.order("a").retryOf).toEqual({ problem: "it called no tool" });
    expect(shownTo(run, "a")).toEqual(list);
    run.votes("a", "b");
    run.votes("b", "b");
    run.presents("b", "done");
    expect(run.result().receipt).toMatchObject({ outcome: "unanimous", degraded: false, calls: { made: 6 } });
  });

  it("is an abstention after that, never a vote", () => {
    const run = voting(["a", "b"]);
    for (let i = 0; i < 2; i++) run.ballots("a", { kind: "unusable", problem: "it was empty" });
    expect(run.announced("vote-abstained")).toEqual([
      { type: "vote-abstained", agentId: "a", round: 1, problem: "it was empty" },
    ]);
    run.votes("b", "a");
    run.presents("a", "done");
    expect(run.result().receipt).toMatchObject({ outcome: "unanimous", reasons: ["abstention"], tally: { a: 1 } });
  });
});

describe("room for thoughts", () => {
  it("is given to a voter that was seen to think, and to no other", () => {
    const run = scenario({ agents: ["a", "b"] });
    run.drafts("a", "a says", {}, { outputTokens: 90, reasoningTokens: 60 });
    run.drafts("b", "b says", {}, { outputTokens: 30, reasoningTokens: 0 });
    expect(ballotOf(run, "a").thinkingTokens).toBe(8192);
    expect(ballotOf(run, "b").thinkingTokens).toBeUndefined();
  });

  it("is given to the repetition of a ballot on which it began to think", () => {
    const run = voting(["a", "b"]);
    const { callId } = run.order("a");
    const reply = { kind: "unusable", problem: "it was empty" } as const;
    run.fact({ type: "ballot-finished", callId, reply, reasoning: "Hm", atMs: 1 });
    expect(ballotOf(run, "a").thinkingTokens).toBe(8192);
    expect(run.order("a").retryOf).toEqual({ problem: "it was empty" });
  });
});

describe("a ballot whose form was right", () => {
  it("is asked again the same way", () => {
    const run = voting(["a", "b"]);
    run.ballots("a", { kind: "unusable", problem: "it votes for nobody here", wellFormed: true });
    expect(run.order("a").retryOf?.wellFormed).toBe(true);
  });
});

describe("early stop", () => {
  const five = ["a", "b", "c", "d", "e"];

  it("decides as soon as the margin exceeds the ballots still out, and aborts those", () => {
    const run = voting(five);
    run.votes("a", "b");
    run.votes("c", "b");
    expect(run.live()).toHaveLength(3);
    const out = ["d", "e"].map((id) => run.order(id).callId);
    run.votes("b", "c");
    expect(run.live(), "2 to 1, 2 out: a tie is possible").toHaveLength(2);
    run.votes("d", "b");
    expect(run.effects).toContainEqual({ type: "abort-call", callId: out[1] });
    expect(run.announced("agent-spared")).toEqual([
      { type: "agent-spared", agentId: "e", phase: "ballot", why: "early-stop", called: true, of: 5 },
    ]);
    run.presents("b", "done");
    expect(run.result().receipt).toMatchObject({
      outcome: "majority",
      degraded: false,
      tally: { b: 3, c: 1 },
      calls: { made: 11, aborted: 1, saved: { earlyStop: 1 } },
    });
  });

  it("needs a strictly greater margin: with as many out as the leader is ahead, it waits", () => {
    const run = voting(["a", "b", "c", "d"]);
    run.votes("a", "b");
    run.votes("c", "b");
    expect(run.live()).toEqual(["b ballot", "d ballot"]);
  });

  it("calls it unanimous when every ballot that was cast is for one", () => {
    const run = voting(["a", "b", "c"]);
    run.votes("a", "b");
    run.votes("c", "b");
    run.presents("b", "done");
    expect(run.result().receipt).toMatchObject({ outcome: "unanimous", calls: { aborted: 1 } });
  });

  it("does not happen once a new answer came in, and does not wait for one that has not", () => {
    const revised = voting(["a", "b", "c"]);
    revised.revises("a", "better");
    revised.votes("b", "c");
    expect(revised.live()).toEqual(["c ballot"]);

    const undisturbed = voting(["a", "b", "c"]);
    undisturbed.votes("a", "c");
    undisturbed.votes("b", "c");
    expect(undisturbed.live()).toEqual(["c presentation"]);
  });

  it("counts who is asked again, or waits for a retry, as still out", () => {
    const run = voting(["a", "b", "c"]);
    run.ballots("a", { kind: "unusable", problem: "no call" });
    run.fails("b", { code: "overloaded" });
    run.votes("c", "a");
    expect(run.live()).toEqual(["a ballot"]);
  });

  it("calls off the retry of an agent it no longer needs", () => {
    const run = voting(["a", "b", "c"]);
    const waiting = run.order("b").callId;
    run.fails("b", { code: "overloaded" });
    run.votes("a", "c");
    run.votes("c", "a");
    expect(run.live(), "one each").toEqual([]);
    run.fires(`retry ${waiting}`);
    expect(run.live()).toEqual(["b ballot"]);

    const settled = voting(["a", "b", "c"]);
    const called = settled.order("b").callId;
    settled.fails("b", { code: "overloaded" });
    settled.votes("a", "c");
    settled.votes("c", "c");
    expect(settled.effects).toContainEqual({ type: "stop-timer", timer: `retry ${called}` });
  });

  it("can be turned off", () => {
    const run = voting(["a", "b", "c"], { settings: { earlyStop: false } });
    run.votes("a", "b");
    run.votes("c", "b");
    expect(run.live()).toEqual(["b ballot"]);
  });
});

describe("deciding", () => {
  it("plurality: most votes, but not more than half", () => {
    const run = voting(["a", "b", "c", "d", "e"], { settings: { earlyStop: false } });
    run.votes("b", "a");
    run.votes("c", "a");
    run.votes("a", "b");
    run.votes("d", "c");
    run.votes("e", "d");
    run.presents("a", "done");
    expect(run.result().receipt).toMatchObject({ outcome: "plurality", winner: "a", tally: { a: 2 } });
  });

  it("draws among equal leaders; the presenter is told and shown the tied answers", () => {
    const run = voting(["a", "b"]);
    run.votes("a", "a");
    run.votes("b", "b");
    const [selected] = run.announced("winner-selected");
    expect(selected).toMatchObject({ outcome: "tied", votes: 1, cast: 2 });
    const { purpose } = run.order(selected?.agentId ?? "");
    expect(purpose).toMatchObject({ phase: "presentation", outcome: "tied", winner: selected?.candidate });
    if (purpose.phase !== "presentation") return;
    expect(purpose.tied.toSorted()).toEqual(["a", "b"]);
    expect(purpose.candidates.map(({ id }) => id).toSorted()).toEqual(["a", "b"]);
  });

  it("draws neither by registration nor by arrival: the seed alone decides", () => {
    const winnerOf = (seed: string, arrivals: readonly string[], voters: readonly string[]): string | undefined => {
      const run = scenario({ agents: ["a", "b"], seed, settings: { finalAnswer: "select" } });
      for (const id of arrivals) run.drafts(id, `${id} says`);
      for (const id of voters) run.votes(id, id);
      return run.result().receipt.winner;
    };
    const winners = Array.from({ length: 30 }, (_, i) => {
      const winner = winnerOf(`run_${i}`, ["a", "b"], ["a", "b"]);
      expect(winnerOf(`run_${i}`, ["b", "a"], ["b", "a"])).toBe(winner);
      return winner;
    });
    expect(new Set(winners)).toEqual(new Set(["a", "b"]));
  });

  it("draws among all candidates when no ballot counted", () => {
    const run = voting(["a", "b"], { settings: { finalAnswer: "select" } });
    for (const id of ["a", "b"])
      for (let i = 0; i < 2; i++) run.ballots(id, { kind: "unusable", problem: "it was empty" });
    expect(run.result().receipt).toMatchObject({ outcome: "tied", tally: {}, reasons: ["abstention"] });
  });
});

describe("a vote that says nothing", () => {
  /** Two ballots that cannot be read. */
  const unread = (options: Omit<ScenarioOptions, "agents"> = {}): Scenario => {
    const run = voting(["a", "b"], options);
    for (const id of ["a", "b"])
      for (let i = 0; i < 2; i++) run.ballots(id, { kind: "unusable", problem: "it was empty" });
    return run;
  };
  const tied = (agents: readonly string[], options: Omit<ScenarioOptions, "agents"> = {}): Scenario => {
    const run = voting(agents, options);
    for (const [i, id] of agents.entries()) run.votes(id, agents[(i + 1) % agents.length] as string);
    return run;
  };

  it("delivers a draft that was drawn, as it is", () => {
    expect(unread().result()).toMatchObject({
      text: expect.stringMatching(/^[ab] says$/) as string,
      receipt: { outcome: "tied", finalAnswer: "select" },
    });
  });

  it("is written over where final_answer demands it", () => {
    expect(unread({ settings: { finalAnswer: "synthesize" } }).live()).toHaveLength(1);
  });

  it("a tie of all: written over, but not in a team of local models", () => {
    expect(tied(["a", "b", "c"]).live()).toHaveLength(1);
    expect(tied(["a", "b", "c"], { allLocal: true }).result()).toMatchObject({
      text: expect.stringMatching(/^[abc] says$/) as string,
      receipt: { outcome: "tied", finalAnswer: "select" },
    });
    expect(tied(["a", "b"], { allLocal: true, settings: { finalAnswer: "synthesize" } }).live()).toHaveLength(1);
  });

  it("a tie of some says something: it is written over by local models too", () => {
    const run = voting(["a", "b", "c", "d"], { allLocal: true });
    run.votes("a", "b");
    run.votes("b", "a");
    run.votes("c", "a");
    run.votes("d", "b");
    expect(run.live()).toHaveLength(1);
  });
});

describe("reasons", () => {
  it("name the agents in traces and receipt, by the voter's own labels", () => {
    const run = voting(["ada", "bob"], { settings: { finalAnswer: "select" } });
    const label = (voter: string, id: string): string => `agent${shownTo(run, voter).indexOf(id) + 1}`;
    const place = (voter: string) => ({ position: shownTo(run, voter).indexOf("bob") + 1, shown: 2 });
    const places = [place("ada"), place("bob")];
    run.votes("ada", "bob", `${label("ada", "bob")} is clearer than ${label("ada", "ada")}`);
    run.votes("bob", "bob", `${label("bob", "bob")}\nis right`);
    expect(run.announced("vote-cast")[0]).toMatchObject({
      choice: "bob",
      reason: "bob is clearer than ada",
      ...places[0],
    });
    expect(run.result().receipt.votes).toEqual([
      { voter: "ada", choice: "bob", candidate: "bob", reason: "bob is clearer than ada", ...places[0] },
      { voter: "bob", choice: "bob", candidate: "bob", reason: "bob is right", ...places[1] },
    ]);
  });

  it("name the candidates to the presenter by the presenter's labels", () => {
    const run = voting(["ada", "bob", "cyd"], { settings: { earlyStop: false, selfVotes: "allow" } });
    for (const voter of ["ada", "bob", "cyd"])
      run.votes(voter, "bob", `agent${shownTo(run, voter).indexOf("bob") + 1} it is`);
    const { purpose } = run.order("bob");
    if (purpose.phase !== "presentation") throw new RangeError("bob should present");
    const label = `agent${purpose.candidates.findIndex(({ id }) => id === "bob") + 1}`;
    expect(purpose.votes.map((vote) => vote.reason)).toEqual(Array.from({ length: 3 }, () => `${label} it is`));
  });

  it("are cut at 500 characters", () => {
    const run = voting(["a", "b"], { settings: { finalAnswer: "select" } });
    run.votes("a", "b", "x".repeat(5000));
    expect(run.announced("vote-cast")[0]?.reason).toHaveLength(500);
  });
});

describe("a ballot of an earlier round", () => {
  it("changes nothing", () => {
    const run = voting(["a", "b"]);
    const old = run.order("a").callId;
    run.revises("a", "better");
    run.votes("b", "b");
    const before = run.state;
    run.fact({
      type: "ballot-finished",
      callId: old,
      reply: { kind: "vote", candidate: "b", reason: "" },
      atMs: run.nowMs,
    });
    expect(run.state).toEqual(before);
  });
});
