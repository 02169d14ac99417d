/**
 * Whole files that the sample of `npm test` leaves out: they take long, and each has a sample elsewhere, named beside
 * it. CI runs them (MASSGEN_TESTS=all). A file that is named on the command line runs.
 */
export const leftToCi = [
  // fault-matrix.test.ts: the same faults on the other wire.
  "apps/cli/e2e/fault-matrix-responses.test.ts",
  // packages/providers: held-model and its neighbours do in this process what these packages do in one of their own.
  "apps/cli/e2e/evil-packages.test.ts",
  // packages/providers: connection-pool, and network/.
  "apps/cli/e2e/proxies.test.ts",
  // hostile.test.ts, and tooling/hostile.
  "apps/cli/e2e/costly-requests.test.ts",
  // packages/providers: redact, and secrets/.
  "apps/cli/e2e/repeated-keys.test.ts",
  // packages/runs: alone.
  "apps/cli/e2e/poison.test.ts",
  // packages/core: prefix.property.
  "apps/cli/e2e/prompt-caching.test.ts",
  // packages/provider-kit: oversized-answer and body-reader.
  "apps/cli/e2e/answer-size.test.ts",
  // packages/postgres: the store's kit, and left-runs with its processes.
  "packages/postgres/test/several-processes.test.ts",
  // packages/providers: the same kit on the limiter of one process.
  "packages/postgres/src/limits/postgres-limiter.test.ts",
  // packages/core: the other tests of formats.
  "packages/core/src/format/schema-cache.test.ts",
  // The other files of console/: what all views have in common, in each of them.
  "apps/cli/e2e/console/reach.test.ts",
  "apps/cli/e2e/console/look-back.test.ts",
  "apps/cli/e2e/console/watch.test.ts",
  // apps/cli/src/observability/tracing.
  "apps/cli/e2e/tracing.test.ts",
  // fault-matrix.test.ts, and tooling/fault-lab.
  "apps/cli/e2e/faults.test.ts",
  // packages/providers: limits/, with its conformance kit.
  "apps/cli/e2e/backend-limits.test.ts",
  // packages/server: leaving.
  "apps/cli/e2e/leaving.test.ts",
  // hostile.test.ts, and packages/server: hosts and open-door.
  "apps/cli/e2e/strangers.test.ts",
  // packages/core: lazy.property; teams.test.ts.
  "apps/cli/e2e/lazy.test.ts",
  // packages/server: spending and spending-faults; calls.test.ts.
  "apps/cli/e2e/books.test.ts",
  // packages/runs: team-elsewhere.
  "apps/cli/e2e/changed-team.test.ts",
  // openai-node.test.ts: other clients of the same wire.
  "tooling/interop/src/ai-sdk.test.ts",
  "tooling/interop/src/ai-sdk-providers.test.ts",
  "tooling/interop/src/langchain.test.ts",
  // The bench itself.
  "tooling/bench/src/first-use.test.ts",
];
