import { expect, it } from "vitest";
import type { Arm } from "../../measure/arms.ts";
import { armReports, type Report, reportVersion } from "../report.ts";
import { htmlReport } from "./page.ts";

const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&\u202e`;
const amounts = { calls: 7, tokens: 100, usd: 0.01, ms: 1000 };
const cells = [1, 0, 1, 0.5].map((score) => ({ score, failed: false, amounts }));
const arms: readonly Arm[] = [
  { kind: "team", cells },
  { kind: "member", agentId: evil, cells: [...cells].reverse() },
  { kind: "best-member", cells },
];

const report: Report = {
  version: reportVersion,
  massgen: evil,
  date: evil,
  questions: { file: evil, count: 4, runsEach: 2 },
  team: { name: evil, agents: [{ id: evil, model: evil }] },
  seed: evil,
  ...armReports(arms, [true, true, true, true], "s"),
  facts: {
    byOutcome: [{ outcome: evil as "tied", runs: 4, right: 2 }],
    members: [{ agentId: evil, answered: 4, right: 2, outvoted: 1, won: 2 }],
    pairs: [{ agents: [evil, evil], answered: 4, bothWrong: 1, expected: 0.5, sameWrong: 1 }],
    ballots: [{ places: 3, votes: [4, 5, 3] }],
    presenter: { rewritten: 4, broken: 1, mended: 0 },
    resumed: 0,
    undetermined: 0,
  },
  items: [{ id: evil, outcomes: [evil], scores: [1, 0, null], runs: [evil] }],
  judge: { id: evil, model: evil, answers: 3, ofTwoMinds: 1, unreadable: 1 },
  spent: { calls: 1, usd: 1 },
};

it("shows what strangers wrote as text, loads nothing and runs nothing", () => {
  const html = htmlReport(report);
  expect(html).toContain("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).not.toMatch(/<script|<img|\u202e/i);
  expect(html).not.toMatch(/ (?:src|href)="|url\(|@import/i);
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

it("is well-formed: what is opened is closed, in order", () => {
  const html = htmlReport(report);
  const open: string[] = [];
  for (const [, end, name = "", alone] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (alone === "/" || name === "meta") continue;
    if (end === "/") expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
});

it("draws nothing outside its plots", () => {
  const html = htmlReport(report);
  for (const [, x = ""] of html.matchAll(/ (?:cx|x1|x2)="([^"]*)"/g)) {
    expect(Number(x)).toBeGreaterThanOrEqual(0);
    expect(Number(x)).toBeLessThanOrEqual(810);
  }
});
