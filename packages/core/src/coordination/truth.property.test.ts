import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenario, type Scenario, type ScenarioOptions } from "../testing/scenario.ts";
import type { AnswerReply } from "./event.ts";
import { labelAt, unlisted } from "./labels.ts";
import type { CoordinationSettings } from "./settings.ts";

/** What a run says of itself, over arbitrary runs: outcomes, agreements, labels in reasons. */
const numRuns = Number(process.env["FC_RUNS"] ?? 1000);

const ids = ["a", "b", "c", "d", "e"];
/** Ids that look like labels: what a reason calls agent2 must not become another agent's name. */
const labelIds = ids.map((_, i) => labelAt(i));

const settings: fc.Arbitrary<Partial<CoordinationSettings>> = fc.record({
  selfVotes: fc.constantFrom("auto", "allow", "exclude"),
  earlyStop: fc.boolean(),
  finalAnswer: fc.constantFrom("auto", "synthesize", "select"),
  maxNewAnswersPerAgent: fc.integer({ min: 1, max: 3 }),
});

/** How many are called: all at once, as many as can decide, or all and to the end. */
const called: fc.Arbitrary<Partial<ScenarioOptions>> = fc.oneof(
  fc.constant({}),
  fc.record({ lazyFrom: fc.nat(4) }),
  fc.constant({ settings: { exhaustive: true } }),
);

const team = fc
  .record({
    agents: fc.integer({ min: 1, max: 5 }).chain((n) => fc.constantFrom(ids.slice(0, n), labelIds.slice(0, n))),
    settings,
    seed: fc.string({ maxLength: 4 }),
    delivery: fc.constantFrom("live" as const, "whole" as const),
    called,
  })
  .map(({ called: { settings: more, ...place }, settings: rules, ...rest }) => ({
    ...rest,
    ...place,
    settings: { ...rules, ...more },
  }));

type Play = (run: Scenario, choose: (n: number) => number) => void;

/** Drives a run to its end: every step some call comes back, or a timer fires. */
function play(run: Scenario, numbers: readonly number[], answer: Play): void {
  let next = 0;
  const choose = (n: number): number => (numbers[next++ % numbers.length] ?? 0) % n;
  for (let step = 0; run.state.phase !== "ended" && step < 200; step++) {
    if (run.live().length > 0 && choose(12) > 0) answer(run, choose);
    else run.fires(choose(3) > 0 && run.live().length > 0 ? "straggler" : choose(2) === 0 ? "reserve" : "deadline");
  }
}

function callOut(run: Scenario, choose: (n: number) => number): { id: string; phase: string } {
  const live = run.live();
  const [id = "", phase = ""] = (live[choose(live.length)] ?? "").split(" ");
  return { id, phase };
}

const texts = [
  "yes",
  "no",
  '{"to":"alice","n":1}',
  '{ "n": 1.0, "to": "alice" }',
  '{"to":"mallory","to":"alice","n":1}',
  '{"t\\u006f":"mallory","to":"alice","n":1}',
  `{"to":"alice",${" ".repeat(5000)}"n":1}`,
  '{"to":"alice","n":1.00000000000000000001}',
  "12345678901234567890",
  "12345678901234567891",
  "1e400",
  "2e400",
  "-0",
  "0",
  "[".repeat(600) + "]".repeat(600),
];

const oneText: Play = (run, choose) => {
  const { id, phase } = callOut(run, choose);
  const draft = (): [string, Partial<AnswerReply>] => {
    // Most say one of a few things, so that some agree.
    const text = texts[choose(3) === 0 ? choose(texts.length) : 2 + choose(5)] as string;
    const calls = choose(4) === 0 && text.startsWith("{");
    const call = { id: `call_${id}`, name: "pay", arguments: text };
    if (choose(3) === 0) return [`broken ${id}`, { violation: "it is not JSON" }];
    return calls ? [`${id} pays`, { toolCalls: [call], finishReason: "tool-calls" }] : [text, {}];
  };
  switch (choose(8) === 0 ? "failure" : phase) {
    case "draft":
      return run.drafts(id, ...draft());
    case "ballot": {
      const { purpose } = run.order(id);
      if (purpose.phase !== "ballot") return;
      const shown = purpose.candidates;
      if (choose(4) === 0 && purpose.revisable) return run.revises(id, texts[choose(texts.length)] as string);
      if (choose(6) === 0) return run.ballots(id, { kind: "unusable", problem: "no call" });
      return run.votes(id, shown[choose(shown.length)]?.id ?? "");
    }
    case "presentation":
      return run.presents(id, "presented");
    default:
      return run.fails(id);
  }
};

describe("over arbitrary runs", () => {
  it("unanimous means that ballots were cast, or that drafts agreed", () => {
    fc.assert(
      fc.property(team, fc.array(fc.nat(1000), { minLength: 20, maxLength: 60 }), (options, numbers) => {
        const run = scenario(options);
        play(run, numbers, oneText);
        for (const { outcome, votes, cast } of run.announced("winner-selected")) {
          const agreed = run.announced("agreement-reached").length > 0;
          if (outcome === "unanimous") expect(agreed || (cast > 0 && votes === cast)).toBe(true);
          if (cast === 0 && !agreed) expect(["single", "tied"]).toContain(outcome);
          if (outcome === "single") expect(cast).toBe(0);
        }
      }),
      { numRuns },
    );
  });

  it("an exhaustive run is decided by its votes, even if a late answer is the first that keeps the format", () => {
    const settings = {
      selfVotes: "auto",
      earlyStop: true,
      finalAnswer: "auto",
      maxNewAnswersPerAgent: 2,
      exhaustive: true,
    } as const;
    const run = scenario({ agents: ["a", "b", "c"], seed: " ", delivery: "live", settings });
    const numbers = [213, 1, 1, 1, 0, 0, 0, 462, 37, 83, 1, 241, 1, 0, 1, 0, 1, 621, 1, 757, 201, 1, 241, 284];
    play(run, [...numbers, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0], oneText);
    expect(run.announced("winner-selected")).toHaveLength(1);
  });

  it("an answer that is left alone without a ballot is single", () => {
    const run = scenario({ agents: ["a", "b"], settings: { maxNewAnswersPerAgent: 2 } });
    for (let tries = 0; tries < 2; tries++)
      for (const id of ["a", "b"]) run.drafts(id, `broken ${id}`, { violation: "it is not JSON" });
    run.revises("a", "{}");
    run.fires("reserve");
    expect(run.announced("winner-selected")).toMatchObject([{ outcome: "single", cast: 0, agentId: "a" }]);
  });

  it("what agreed is what goes out: the one value that every reader finds in every text of the group, without padding", () => {
    let agreements = 0;
    fc.assert(
      fc.property(team, fc.array(fc.nat(1000), { minLength: 20, maxLength: 60 }), (options, numbers) => {
        const run = scenario(options);
        play(run, numbers, oneText);
        const [agreed] = run.announced("agreement-reached");
        const result = run.state.phase === "ended" ? run.result() : undefined;
        if (!agreed || result?.status !== "answered" || result.receipt.finalAnswer === "synthesize") return;
        agreements++;
        const group = run.state.candidates.filter(
          ({ agentId, version }) => version === 1 && agreed.agentIds.includes(agentId),
        );
        const sent = result.toolCalls[0]?.arguments ?? result.text;
        const written = group.map(({ text, toolCalls }) => toolCalls[0]?.arguments ?? text);
        expect(written).toContain(sent);
        for (const text of written) {
          expect(text).not.toContain("mallory");
          if (text.startsWith("{")) expect(JSON.parse(text)).toEqual(JSON.parse(sent));
          else if (sent !== "0" && sent !== "-0") expect(text).toBe(sent);
        }
        if (written.some((text) => text.length < 1000)) expect(sent.length).toBeLessThan(1300);
        if (written.includes("0")) expect(sent).toBe("0");
        // Nobody agreed to what stands beside the calls.
        if (result.toolCalls.length > 0 && group.length > 1) expect(result.text).toBe("");
      }),
      { numRuns },
    );
    expect(agreements).toBeGreaterThan(5);
  });
});

function digits(n: number, zero: number): string {
  return Array.from(String(n), (digit) => String.fromCodePoint(zero + Number(digit))).join("");
}

/** Ways in which a voter may write the label of a number. */
const spellings: readonly ((n: number) => string)[] = [
  (n) => `agent${n}`,
  (n) => `Agent ${n}`,
  (n) => `AGENT_${n}`,
  (n) => `_agent${n}_`,
  (n) => `<agent${n} k=ABCDEFGHIJ>`,
  (n) => `agent${n} k=ABCDEFGHIJ`,
  (n) => `agent\u200b${n}`,
  (n) => `\u0430g\u0435nt${n}`,
  (n) => `ａｇｅｎｔ${digits(n, 0xff10)}`,
  (n) => `agent${digits(n, 0x0660)}`,
  (n) => `\u{1d41a}gent#${n}`,
  (n) => `**agent-${n}**`,
  (n) => `agent0${n}`,
  (n) => `agents ${n}`,
];

/** The numbers of labels in a text, as a reader at a glance sees them; none of the text has digits else. */
function labelsSeen(text: string): number[] {
  const plain = text
    .replace(/\u200b/g, "")
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .normalize("NFKC");
  return [...plain.matchAll(/[aа]g[eе]nts?[\s_#-]*0?(\d+)/giu)].map((match) => Number(match[1]));
}

describe("labels in reasons", () => {
  const said = fc.array(
    fc.record({ number: fc.integer({ min: 0, max: 29 }), spelling: fc.nat(spellings.length - 1), filler: fc.nat(3) }),
    { minLength: 1, maxLength: 6 },
  );

  it("mean to every reader whom they meant to their writer, or nobody", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.boolean(),
        settings,
        fc.string({ maxLength: 4 }),
        fc.array(said, { minLength: 5, maxLength: 5 }),
        fc.oneof(fc.nat(40), fc.integer({ min: 440, max: 500 })),
        (size, likeLabels, rules, seed, reasons, padding) => {
          const agents = (likeLabels ? labelIds : ids).slice(0, size);
          const run = scenario({ agents, seed, settings: { ...rules, earlyStop: false, finalAnswer: "synthesize" } });
          for (const [i, id] of agents.entries()) run.drafts(id, `draft ${"i".repeat(i)}`);
          /** Per voter: whom each label that it wrote meant. */
          const meant = new Map<string, (string | undefined)[]>();
          const winner = run.state.candidates[0]?.id ?? "";
          for (const [i, id] of agents.entries()) {
            const { purpose } = run.order(id);
            if (purpose.phase !== "ballot") throw new Error("no ballot");
            const words = (reasons[i] ?? []).map(
              ({ number, spelling, filler }) =>
                `${["so ", "while ", "(", "the "][filler]}${spellings[spelling]?.(number)}`,
            );
            const reason = `${"x".repeat(i === 0 ? padding : 0)} ${words.join(", ")}`;
            meant.set(
              id,
              labelsSeen(reason).map((number) => purpose.candidates[number - 1]?.agentId),
            );
            const choice = purpose.candidates.find((candidate) => candidate.id === winner) ?? purpose.candidates[0];
            run.votes(id, choice?.id ?? "", reason);
          }
          const [presenter = ""] = run.live().map((call) => call.split(" ")[0] as string);
          const { purpose } = run.order(presenter);
          if (purpose.phase !== "presentation") throw new Error("no presentation");
          const ballots = run.state.decision?.ballots ?? [];
          for (const [i, { voter }] of ballots.entries()) {
            const wanted = meant.get(voter)?.filter((id) => id !== undefined) ?? [];
            // The presenter reads its own labels.
            const shown = purpose.votes[i]?.reason ?? "";
            const read = labelsSeen(shown).map((number) => purpose.candidates[number - 1]?.agentId);
            expect(read).toEqual(wanted.slice(0, read.length));
            if (padding < 100 || i > 0) expect(read).toHaveLength(wanted.length);
            // People read ids.
            const cast = run.announced("vote-cast").find(({ agentId }) => agentId === voter);
            const told = (cast?.reason ?? "").replaceAll(unlisted, "");
            if (likeLabels) {
              const named = labelsSeen(told).map((number) => labelAt(number - 1));
              expect(named).toEqual(wanted.slice(0, named.length));
            }
          }
        },
      ),
      { numRuns },
    );
  });
});
