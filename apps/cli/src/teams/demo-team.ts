import type { AgentConfig } from "@massgen/config";

/** The team of `--demo`: three agents that call no model. The pace lets a reader watch the run. */
export const demoAgents: readonly AgentConfig[] = ["planner", "builder", "reviewer"].map((id, i) => ({
  id,
  backend: {
    type: "demo",
    model: "demo",
    sampling: {},
    options: { latency_ms: 200 + 150 * i, tokens_per_second: 60 },
  },
}));
