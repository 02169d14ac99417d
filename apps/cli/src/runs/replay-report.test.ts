import { defaultSettings } from "@massgen/core";
import { expect, it } from "vitest";
import { ruleChanges } from "./replay-report.ts";

it("rules that differ are named and written as in a configuration; those that decide nothing are left out", () => {
  const other = {
    ...defaultSettings,
    selfVotes: "allow",
    traces: "full",
    quorum: 2,
    stragglerGraceMs: 5000,
    budget: { maxCalls: 9 },
    deadlineMs: 60_000,
  } as const;
  expect(ruleChanges(defaultSettings, other)).toEqual([
    { rule: "self_votes", was: "auto", wouldBe: "allow" },
    { rule: "budget", was: {}, wouldBe: { max_calls: 9 } },
    { rule: "orchestrator_timeout_seconds", was: 1800, wouldBe: 60 },
    { rule: "quorum", was: undefined, wouldBe: 2 },
    { rule: "straggler_grace_seconds", was: undefined, wouldBe: 5 },
  ]);
  expect(ruleChanges(other, other)).toEqual([]);
});
