import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * How much of what is slow and exhaustive runs: a `sample` of each kind, `all` that CI runs, or what takes `long` and
 * only `npm run check:long` runs. The tests that have more than one size read the same variable.
 */
const sizes = ["sample", "all", "long"];
const size = process.env["MASSGEN_TESTS"] ?? "sample";
if (!sizes.includes(size)) throw new Error(`MASSGEN_TESTS is one of ${sizes.join(", ")}, not "${size}".`);

/**
 * Hundreds of small files of pure parts: a process and the modules of a package for each would cost more than their
 * tests.
 */
const pure = ["packages/core/src/**/*.test.ts", "packages/config/src/**/*.test.ts"];

const common = {
  // No test asserts by a limit: these are for what hangs, on machines ten times slower than any of ours.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 60_000 } },
  server: { deps: { inline: [/@massgen\//] } },
};

// Tests run against the sources of every package ("massgen-source" export condition): no build in the edit-test loop.
// The end-to-end tests in apps/cli/e2e start the built command line and need `npm run build` first.
export default defineConfig({
  test: {
    // Vitest leaves a core to itself, which on a machine of two is every second one.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: "in-process",
          include: pure,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: "own-process",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/*/test/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "apps/*/test/**/*.test.ts",
            "apps/*/e2e/**/*.test.ts",
            "tooling/*/src/**/*.test.ts",
            "examples/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ...pure],
        },
      },
    ],
  },
  resolve: { conditions: ["massgen-source"] },
  ssr: { resolve: { conditions: ["massgen-source"] } },
});
