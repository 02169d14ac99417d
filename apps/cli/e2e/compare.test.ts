// massgen compare against services that are right and wrong as planned.
import { mkdtemp, readdir, readFile, rm, appendFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gated, pointedAt, startUpstream, text, type Upstream, type UpstreamCall } from "@massgen/upstream";
import { expect, it, onTestFinished } from "vitest";
import type { Report } from "../src/compare/report/report.ts";
import { runCommand } from "./command-line.ts";
import { placeOf, planned, questions, teamOfThree } from "./compare-plan.ts";
import { startMassgen } from "./massgen-process.ts";

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-compare-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function newUpstream(script: Parameters<typeof startUpstream>[0]): Promise<Upstream> {
  const upstream = await startUpstream(script);
  onTestFinished(() => upstream.close());
  return upstream;
}

interface Comparison {
  readonly upstream: Upstream;
  readonly out: string;
  readonly args?: readonly string[];
  readonly lines?: string;
  readonly team?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function compare({ upstream, out, args = ["--yes"], lines = questions, team = teamOfThree, env = {} }: Comparison) {
  return runCommand({
    args: ["compare", "q.jsonl", "--config", "team.yaml", "--out", out, ...args],
    env: { ...pointedAt(upstream), COLUMNS: "120", PATH: process.env["PATH"] ?? "", ...env },
    files: { "q.jsonl": lines, "team.yaml": team },
  });
}

async function reportIn(out: string): Promise<Report> {
  return JSON.parse(await readFile(join(out, "report.json"), "utf8")) as Report;
}

const nameOf = ({ kind, agentId }: Report["arms"][number]): string => agentId ?? kind;

it("every arm's figures are those of the plan", async () => {
  const out = await newFolder();
  const upstream = await newUpstream(planned);
  const { code, stdout, stderr } = await compare({ upstream, out });
  expect([code, stderr]).toEqual([0, expect.stringContaining("8 questions, one run each")]);
  const report = await reportIn(out);
  const { arms, common, facts, items } = report;
  const right = Object.fromEntries(arms.map((arm) => [nameOf(arm), arm.right]));
  expect(right).toMatchObject({ team: 5, ada: 6, ben: 3, cyd: 3, "best-member": 6, select: 5, oracle: 7 });
  expect(right["majority"]).toBeCloseTo(1 + 0 + 0 + 1 + 1 / 3 + 1 / 3 + 1 + 1, 9);
  // On question 7 cyd gave no answer.
  expect(common).toBe(7);
  expect(arms.map((arm) => arm.failed)).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
  expect(arms.map((arm) => arm.common.right).slice(0, 4)).toEqual([4, 5, 2, 3]);
  expect(arms[1]?.teamAhead?.mean).toBeCloseTo(-1 / 7, 9);
  expect(items[6]).toMatchObject({ id: "item 7", outcomes: ["unanimous"], scores: [1, 1, 1, null, 1, 1, 1, 1] });

  // Each call costs two cents. Three drafts, three votes and an answer; agreement on 4 spares four of these.
  expect(arms[0]?.calls).toBeCloseTo((6 * 7 + 3 + 6) / 8, 9);
  expect(arms[1]).toMatchObject({ calls: 1, tokens: 15 });
  expect(arms[1]?.usd).toBeCloseTo(0.02, 9);
  expect(arms[1]?.usdPerRight).toBeCloseTo((8 * 0.02) / 6, 9);
  // What is measured costs more: the votes on 4, too.
  expect(report.spent.calls).toBe(7 * 6 + 6 + 6);

  expect(facts.byOutcome).toEqual([
    { outcome: "unanimous", runs: 2, right: 2 },
    { outcome: "majority", runs: 5, right: 3 },
    { outcome: "tied", runs: 1, right: 0 },
  ]);
  expect(facts.members.map(({ agentId, answered, outvoted }) => [agentId, answered, outvoted])).toEqual([
    ["ada", 8, 1],
    ["ben", 8, 0],
    ["cyd", 7, 1],
  ]);
  expect(facts.pairs).toEqual([
    { agents: ["ada", "ben"], answered: 8, bothWrong: 2, expected: (2 * 5) / 8, sameWrong: 1 },
    { agents: ["ada", "cyd"], answered: 7, bothWrong: 1, expected: (2 * 4) / 7, sameWrong: 0 },
    { agents: ["ben", "cyd"], answered: 7, bothWrong: 3, expected: (5 * 4) / 7, sameWrong: 0 },
  ]);
  expect(facts.presenter).toEqual({ rewritten: 7, broken: 1, mended: 1 });
  const votes = facts.ballots.flatMap(({ votes: own }) => own);
  expect(votes.reduce((sum, count) => sum + count, 0)).toBe(7 * 3 + 2);

  expect(stdout).toMatch(/^the team +5 of 8 +62\.5 % +31 to 86 % +4$/m);
  expect(stdout).toContain("  item 7: cyd alone");

  // A second time nothing is called, and the answers are graded anew.
  const before = upstream.calls.length;
  const again = await compare({
    upstream,
    out,
    lines: questions.replaceAll('"number":1', '"number":2'),
    args: ["--yes", "--json"],
  });
  expect([again.code, upstream.calls.length]).toEqual([0, before]);
  expect((JSON.parse(again.stdout) as Report).arms[0]).toMatchObject({ right: 2 });
  expect(again.stderr).toContain("All 8 runs are kept already");
}, 120_000);

it("without agreement to the cost nothing is called", async () => {
  const out = await newFolder();
  const upstream = await newUpstream(planned);
  const { code, stderr } = await compare({ upstream, out, args: [] });
  expect([code, upstream.calls.length]).toEqual([2, 0]);
  expect(stderr).toMatch(/8 runs to make: about 56 calls, .* tokens, \$[\d.]+ /);
  expect(stderr).toContain("Add --yes");
}, 60_000);

it("one member asked at the team's cost, with its majority", async () => {
  const out = await newFolder();
  const asked = new Map<string, number>();
  const upstream = await newUpstream((call) => {
    const key = `${call.model} ${call.phase} ${placeOf(call)}`;
    const times = (asked.get(key) ?? 0) + 1;
    asked.set(key, times);
    // Its draft on question 2 was bad luck.
    if (times > 1 && call.model === "ada-model" && call.phase === "draft") {
      return text(placeOf(call) === 1 ? "Answer: 1" : "Answer: 7");
    }
    return planned(call);
  });
  const { code, stderr } = await compare({ upstream, out, args: ["--yes", "--self-consistency", "ada"] });
  expect(code).toBe(0);
  expect(stderr).toContain("Self-consistency at the team's cost: ada 6 times. That is 40 more calls");
  const arm = (await reportIn(out)).arms.at(-1);
  expect(arm).toMatchObject({ kind: "self-consistency", agentId: "ada", samples: 6, right: 1, calls: 6 });
  expect(asked.get("ada-model draft 1")).toBe(6);
}, 120_000);

it("a judge compares in both orders, and has to be somebody else", async () => {
  const out = await newFolder();
  const upstream = await newUpstream((call) => {
    if (call.model !== "judy-model") return planned(call);
    const [first = "", second = ""] = call.messages.at(-1)?.text.match(/<answer[12] [^]*?<\/answer[12]/g) ?? [];
    // Likes what says 1; is of two minds about what says 2; and rather likes the reference.
    const worth = (answer: string): number => (/Answer: 1\b/.test(answer) ? 2 : answer.includes("REFERENCE") ? 1 : 0);
    if ((first + second).includes("Answer: 2")) return text("I like the first one.\nVerdict: 1");
    return text(worth(first) > worth(second) ? "**Verdict:** 1" : "Verdict: 2");
  });
  const lines = [1, 5].map((n) =>
    JSON.stringify({ input: `Question number ${n}?`, expect: { judge: { reference: "REFERENCE", rubric: "True?" } } }),
  );
  const judged = { upstream, out, lines: lines.join("\n") };
  for (const [judge, problem] of [
    ["nobody", "the configuration has no such agent"],
    ["ada", "it is in the team"],
  ] as const) {
    const refused = await compare({ ...judged, args: ["--yes", "--judge", judge] });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(problem)]);
  }
  expect((await compare(judged)).stderr).toContain("line 1 is to be judged: name the agent that judges with --judge");
  const { code } = await compare({ ...judged, args: ["--yes", "--judge", "judy"] });
  expect(code).toBe(0);
  const { arms, judge } = await reportIn(out);
  const right = Object.fromEntries(arms.map((arm) => [nameOf(arm), arm.right]));
  // Question 1: 1, 1, 2 and the team's 1. Question 5: 1, 2, 3 and the team's 2.
  expect(right).toMatchObject({ ada: 2, ben: 1.5, cyd: 0.5, team: 1.5 });
  expect(judge).toMatchObject({ id: "judy", ofTwoMinds: 3, unreadable: 0 });
  const before = upstream.calls.length;
  await compare({ ...judged, args: ["--yes", "--judge", "judy"] });
  expect(upstream.calls.length).toBe(before);
}, 120_000);

it("programs of a file run only where they are allowed to", async () => {
  const out = await newFolder();
  const upstream = await newUpstream(planned);
  const lines = JSON.stringify({ input: "Question number 1?", expect: { command: ["grep", "-q", "Answer: 1"] } });
  const refused = await compare({ upstream, out, lines });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("add --allow-commands")]);
  expect((await compare({ upstream, out, lines, args: ["--yes", "--allow-commands"] })).code).toBe(0);
  expect((await reportIn(out)).arms.map(({ right }) => right).slice(0, 4)).toEqual([1, 1, 1, 0]);
}, 60_000);

it("stops before it costs more than it may, and goes on with more money", async () => {
  const out = await newFolder();
  const upstream = await newUpstream(planned);
  // Calls cost two cents, and may cost far more by their prompts and output limits.
  const team = teamOfThree.replaceAll("price:", "max_tokens: 100, price:");
  const { code, stderr } = await compare({ upstream, out, team, args: ["--yes", "--max-usd", "1.5"] });
  expect([code, stderr]).toEqual([1, expect.stringContaining("the next call may cost more than is left of $1.5")]);
  const made = upstream.calls.length;
  expect(made).toBeGreaterThan(3);
  expect(made).toBeLessThan(54);
  const again = await compare({ upstream, out, team, args: ["--yes", "--max-usd", "1.5"] });
  expect([again.code, upstream.calls.length]).toEqual([1, made]);
  expect((await compare({ upstream, out, team, args: ["--yes", "--max-usd", "1000000"] })).code).toBe(0);
  expect((await reportIn(out)).arms[0]).toMatchObject({ right: 5 });
  expect(upstream.calls.length).toBe(54);
}, 120_000);

const files = { "q.jsonl": questions, "team.yaml": teamOfThree };
const args = ["compare", "q.jsonl", "--config", "team.yaml", "--yes", "--parallel", "2", "--out"];

/** Ends of calls that the files in a folder hold. */
async function endsIn(out: string): Promise<number> {
  let ends = 0;
  for (const name of await readdir(join(out, "runs"))) {
    const log = await readFile(join(out, "runs", name), "utf8");
    ends += log.match(/"type":"(?:draft|ballot|presentation)-finished"|"type":"call-failed"/g)?.length ?? 0;
  }
  return ends;
}

it("killed in the middle it goes on without repeating a finished call, also after a torn line", async () => {
  const out = await newFolder();
  const first = Promise.withResolvers<void>();
  let closed = true;
  const seen: UpstreamCall[] = [];
  const upstream = await newUpstream((call) => {
    seen.push(call);
    // From the twelfth call on none is answered until the process is gone.
    const reply = planned(call);
    return closed && seen.length > 12 && !(reply instanceof Promise) ? gated(reply, first.promise) : reply;
  });
  const env = pointedAt(upstream);
  await using massgen = await startMassgen({ args: [...args, out], env, files });
  await upstream.waitForCall(({ n }) => n > 13);
  await upstream.waitForCall(() => upstream.calls.filter(({ state }) => state === "finished").length >= 12);
  massgen.child.kill("SIGKILL");
  await massgen.exited;
  const kept = await endsIn(out);
  expect(kept).toBeGreaterThan(5);
  closed = false;
  first.resolve();
  await upstream.idle();
  const before = upstream.calls.length;

  const [name = ""] = (await readdir(join(out, "runs"))).toSorted();
  await appendFile(join(out, "runs", name), '{"type":"draft-finis');
  await using next = await startMassgen({ args: [...args, out], env, files });
  expect((await next.exited).code).toBe(0);
  // 7 calls for each of six questions, 6 for the one that agreed, 6 for the one on which an agent is down.
  expect(upstream.calls.length - before).toBe(6 * 7 + 6 + 6 - kept);
  expect((await reportIn(out)).arms[0]).toMatchObject({ right: 5 });
  expect(next.stdout()).toMatch(/Broken off and gone on with, so that their times are left out: [12] questions/);
}, 180_000);

it("Ctrl-C keeps what is done and says how to go on; the folder is free again", async () => {
  const out = await newFolder();
  const never = Promise.withResolvers<void>();
  onTestFinished(() => never.resolve());
  const upstream = await newUpstream((call) => {
    const reply = planned(call);
    return call.n > 12 && !(reply instanceof Promise) ? gated(reply, never.promise) : reply;
  });
  await using massgen = await startMassgen({ args: [...args, out], env: pointedAt(upstream), files });
  await upstream.waitForCall(({ n }) => n > 13);
  const other = await startMassgen({ args: [...args, out], env: pointedAt(upstream), files });
  expect((await other.exited).code).toBe(2);
  expect(other.stderr()).toMatch(/process \d+ is at work in /);
  massgen.child.kill("SIGINT");
  expect((await massgen.exited).code).toBe(130);
  expect(massgen.stderr()).toMatch(/Stopped\. What is done is kept in .*; the same command goes on\./);
  expect(await readdir(out)).toEqual(["runs"]);
}, 180_000);
