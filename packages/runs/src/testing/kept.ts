import { createTeam, type Fact, type Setup, systemPorts } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import type { KeptRun, RunEnd } from "../kept-run.ts";

/** A run to keep, of which the cases care for what they name. */
export function keptRun(id: string, more: Partial<KeptRun> = {}): KeptRun {
  return {
    id,
    owner: "ada",
    request: { messages: [{ role: "user", content: `Question of ${id}: Grüße 👋` }] },
    wire: { name: "responses", metadata: { a: "b" } },
    background: true,
    setup: setup(id),
    team: "default",
    rules: 1,
    fold: 1,
    createdAtMs: 1_000,
    expiresAtMs: 1_000_000,
    ...more,
  };
}

function setup(runId: string): Setup {
  const agents = [{ id: "ada", model: scriptedModel(() => "Blue.") }];
  const team = createTeam({
    agents,
    ports: { ...systemPorts, newRunId: () => runId, newSecret: () => "0".repeat(32) },
  });
  return team.setupFor({ messages: [{ role: "user", content: "Why?" }], runId });
}

/** So many facts, told apart by their times. */
export function facts(count: number, fromMs = 0): readonly Fact[] {
  return Array.from({ length: count }, (_, at): Fact => ({
    type: "call-sent",
    callId: `call-${at}`,
    atMs: fromMs + at,
  }));
}

export const ended: RunEnd = {
  endedAtMs: 2_000,
  outcome: "majority",
  degraded: false,
  calls: 7,
  tokens: 840,
  costUsd: 0.0123,
  model: "gpt-4o",
  winner: "ada",
  figures: {
    costComplete: true,
    saved: { agreement: 0, earlyStop: 1, lazy: 0 },
    tokensPerCall: 120,
    agents: [{ id: "ada", model: "gpt-4o", status: "completed", agreed: false, costUsd: 0.0123 }],
    votes: [[3, 2]],
  },
};
