import { describe, expect, it } from "vitest";
import type { Allowance } from "../allowance.ts";
import { MassgenError } from "../errors.ts";
import type { Usage } from "../model/model-event.ts";
import type { EndedCall } from "../pricing.ts";
import { phaseOf, scriptedModel, type ScriptedReply, vote } from "../testing/scripted-model.ts";
import { createTeam, type Team } from "../team.ts";
import { systemPorts, type Ports } from "./ports.ts";

const usage: Usage = { inputTokens: 1000, outputTokens: 10, cachedInputTokens: 400, cacheWriteTokens: 900 };
const messages = [{ role: "user", content: "Why?" }] as const;
const rates = { input: 1, output: 1000 };

/** Two agents whose answers differ, and who vote for the first. */
function team(ports: Partial<Ports>, reply?: (n: number) => ScriptedReply, maxUsd?: number): Team {
  const agents = ["a", "b"].map((id) => ({
    id,
    model: scriptedModel((request, n) => {
      const scripted = reply?.(n);
      if (scripted !== undefined) return scripted;
      if (phaseOf(request) === "ballot") return { ...voteForFirst, usage };
      return { text: `${id} says`, usage };
    }),
  }));
  return createTeam({
    agents,
    coordination: { budget: { maxUsd }, finalAnswer: "select", maxNewAnswersPerAgent: 1 },
    ports: { ...systemPorts, ...ports },
  });
}

const voteForFirst = vote("agent1") as Exclude<ScriptedReply, string>;

describe("an ended call", () => {
  it("is priced by itself, with parts that are parts, and each fact says it", async () => {
    const priced: EndedCall[] = [];
    const run = team({
      price(call) {
        priced.push(call);
        return 0.25;
      },
    }).run({ messages });
    const { receipt } = await run.answer();
    expect(receipt).toMatchObject({ costUsd: 1, costComplete: true, calls: { made: 4 } });
    const whole = {
      inputTokens: 1000,
      outputTokens: 10,
      cachedInputTokens: 400,
      cacheWriteTokens: 600,
      reasoningTokens: 0,
    };
    for (const call of priced) expect(call.usage).toEqual(whole);
    expect(priced.every(({ endedAt }) => endedAt > 1_700_000_000_000)).toBe(true);
    const ends = run.record().log.filter((fact) => fact.type.endsWith("-finished"));
    expect(ends.map((fact) => ("costUsd" in fact ? fact.costUsd : undefined))).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it.each([Number.NaN, -1, Infinity, 1e9, "1", undefined])(
    "costs an unknown amount where its price is %s",
    async (said) => {
      const { receipt } = await team({ price: () => said as number })
        .run({ messages })
        .answer();
      expect(receipt).toMatchObject({ costComplete: false });
      expect(receipt).not.toHaveProperty("costUsd");
    },
  );

  it("costs an unknown amount where the price list throws, or the report lacks a figure", async () => {
    const broken = team({
      price() {
        throw new Error("no list");
      },
    });
    expect((await broken.run({ messages }).answer()).receipt.costComplete).toBe(false);
    const silent = team({ price: () => 1 }, () => ({ text: "same", usage: { inputTokens: 5 } }));
    const { receipt } = await silent.run({ messages }).answer();
    expect(receipt).not.toHaveProperty("costUsd");
  });

  it("says nothing of cost where nothing is priced", async () => {
    const run = team({}).run({ messages });
    await run.answer();
    expect(run.record().log.some((fact) => "costUsd" in fact)).toBe(false);
  });
});

describe("a limit in dollars", () => {
  it("is refused where a price is unknown, and names the agents", () => {
    expect(() => team({}, undefined, 1).run({ messages })).toThrow(
      /the price is unknown of a \(scripted\), b \(scripted\); give it as `price`/,
    );
    expect(() => team({}).run({ messages, maxUsd: 1 })).toThrow(/the price is unknown/);
    expect(() => team({ rates: () => rates }, undefined, 1).run({ messages })).not.toThrow();
  });

  it("is lowered by a request, never raised", () => {
    const limited = team({ rates: () => rates }, undefined, 1);
    expect(limited.setupFor({ messages, maxUsd: 0.5 }).settings.budget).toEqual({ maxUsd: 0.5 });
    expect(limited.setupFor({ messages, maxUsd: 2 }).settings.budget).toEqual({ maxUsd: 1 });
    expect(team({ rates: () => rates }).setupFor({ messages, maxUsd: 2 }).settings.budget).toEqual({ maxUsd: 2 });
    for (const maxUsd of [0, -1, Number.NaN, Infinity])
      expect(() => limited.run({ messages, maxUsd })).toThrow("maxUsd");
  });

  it("is sent as an output limit where nothing else limits the answer", async () => {
    const limited = team({ rates: () => rates, price: () => 0 }, undefined, 6);
    await limited.run({ messages }).answer();
    const [model] = limited.agents.map((agent) => agent.model as ReturnType<typeof scriptedModel>);
    // Two drafts share half of six dollars, a thousand tokens for each.
    expect(model?.requests[0]?.sampling?.maxOutputTokens).toBeGreaterThan(1490);
    expect(model?.requests[0]?.sampling?.maxOutputTokens).toBeLessThan(1500);
    const asked = team({ rates: () => rates, price: () => 0 }, undefined, 6);
    await asked.run({ messages, sampling: { maxOutputTokens: 700 } }).answer();
    const [other] = asked.agents.map((agent) => agent.model as ReturnType<typeof scriptedModel>);
    expect(other?.requests[0]?.sampling?.maxOutputTokens).toBe(700);
  });
});

/** An allowance that says yes so often, and notes what is settled. */
function allowanceFor(times: number): Allowance & { readonly reserved: number[]; readonly settled: number[] } {
  const [reserved, settled]: [number[], number[]] = [[], []];
  return {
    reserved,
    settled,
    async reserve(usd) {
      if (reserved.length >= times) return undefined;
      reserved.push(usd);
      return { settle: (counted) => void settled.push(counted) };
    },
  };
}

describe("money that runs share", () => {
  const ports = { rates: () => rates, price: () => 0.25 };

  it("is reserved before each call, and settled by what the call cost", async () => {
    const allowance = allowanceFor(4);
    await team(ports).run({ messages, allowance }).answer();
    expect(allowance.reserved).toHaveLength(4);
    expect(allowance.reserved.every((usd) => usd > 0)).toBe(true);
    expect(allowance.settled).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("shortens the run when it is short: nobody votes, and the answer says why", async () => {
    const allowance = allowanceFor(2);
    const { receipt } = await team(ports).run({ messages, allowance }).answer();
    expect(receipt).toMatchObject({ outcome: "tied", reasons: ["budget"], costUsd: 0.5, costComplete: true });
    expect(receipt.calls).toMatchObject({ made: 2, failed: 0 });
    expect(receipt.callsDetail.map(({ result, sentAtMs }) => [result, sentAtMs !== undefined])).toEqual([
      ["ok", true],
      ["ok", true],
      ["spending-limit", false],
      ["spending-limit", false],
    ]);
    expect(allowance.settled).toHaveLength(2);
  });

  it("fails a run that gets none of it, before anything is sent", async () => {
    const spent = team(ports);
    await expect(spent.run({ messages, allowance: allowanceFor(0) }).answer()).rejects.toMatchObject({
      code: "spending-limit",
    });
    for (const { model } of spent.agents) expect((model as ReturnType<typeof scriptedModel>).requests).toEqual([]);
  });

  it("bounds a run by what is left of it, and a run that this is too little for says so", async () => {
    const limited = team(ports, undefined, 1);
    expect(limited.setupFor({ messages, leftUsd: 0.5 })).toMatchObject({
      settings: { budget: { maxUsd: 0.5 } },
      sharedLimit: true,
    });
    expect(limited.setupFor({ messages, leftUsd: 0.5, maxUsd: 0.4 })).not.toHaveProperty("sharedLimit");
    expect(limited.setupFor({ messages, leftUsd: 2 }).settings.budget).toEqual({ maxUsd: 1 });
    const failure = (request: object): unknown =>
      limited
        .run({ messages, ...request })
        .answer()
        .catch((error: unknown) => (error as MassgenError).code);
    expect(await failure({ leftUsd: 1e-9 })).toBe("spending-limit");
    expect(await failure({ maxUsd: 1e-9 })).toBe("budget-exhausted");
  });

  it("counts nothing for a refused call, and the estimate for one without a report", async () => {
    const refused = allowanceFor(9);
    const refuse = (): ScriptedReply => ({ error: new MassgenError("authentication", "no") });
    await expect(team(ports, refuse).run({ messages, allowance: refused }).answer()).rejects.toThrow();
    expect(refused.settled).toEqual([0, 0]);
    const silent = allowanceFor(9);
    await team(ports, () => "the same answer, thirty chars")
      .run({ messages, allowance: silent })
      .answer();
    // Ten tokens of an answer at a thousand dollars a million, and two of the question.
    for (const usd of silent.settled) expect(usd).toBeCloseTo(0.010002, 9);
    expect(silent.settled).toHaveLength(2);
  });

  it("fails a call that nobody can reserve for, as one that may be tried again", async () => {
    let asked = 0;
    const allowance: Allowance = {
      async reserve() {
        asked += 1;
        throw new Error("the store is down");
      },
    };
    await expect(team(ports).run({ messages, allowance }).answer()).rejects.toMatchObject({ code: "connection" });
    expect(asked).toBe(6);
  });

  it("is given back when the run ends before the call is made", async () => {
    const [granted, settled] = [Promise.withResolvers<void>(), Promise.withResolvers<number>()];
    const allowance: Allowance = {
      async reserve() {
        await granted.promise;
        return { settle: settled.resolve };
      },
    };
    const waiting = team(ports);
    const run = waiting.run({ messages, allowance });
    run.cancel();
    granted.resolve();
    expect(await settled.promise).toBe(0);
    for (const { model } of waiting.agents) expect((model as ReturnType<typeof scriptedModel>).requests).toEqual([]);
  });

  it("needs a price for every agent", () => {
    expect(() => team({ price: () => 1 }).run({ messages, allowance: allowanceFor(1) })).toThrow(
      /the price is unknown/,
    );
  });
});
