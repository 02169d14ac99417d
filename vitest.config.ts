import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { leftToCi } from "./tooling/workspace/left-to-ci.mjs";

/**
 * How much of what is slow and exhaustive runs: a `sample` of each kind, `all` that CI runs, or what takes `long` and
 * only `npm run check:long` runs. The tests that have more than one size read the same variable.
 */
const sizes = ["sample", "all", "long"];
const size = process.env["MASSGEN_TESTS"] ?? "sample";
if (!sizes.includes(size)) throw new Error(`MASSGEN_TESTS is one of ${sizes.join(", ")}, not "${size}".`);

/**
 * Starting a process and loading the modules of a package costs more than the tests of most files. These change what
 * others of their process would see: they have one each.
 */
const alone = [
  // It replaces a module.
  "packages/server/test/second-wire.test.ts",
  // They watch the process for what nobody handled.
  "packages/server/test/hosts.test.ts",
  "packages/providers/src/broken-models.test.ts",
  "packages/core/src/run/delivery.test.ts",
  // It measures.
  "tooling/hostile/src/hostile.test.ts",
];

/** Files that are left out unless they are asked for: all that are named on the command line run. */
const leftOut =
  size === "sample"
    ? leftToCi.filter((file) => !process.argv.slice(3).some((argument) => file.includes(argument)))
    : [];

/** They start processes, and wait for them. */
const endToEnd = ["apps/*/e2e/**/*.test.ts", "packages/postgres/**/*.test.ts", "tooling/interop/src/**/*.test.ts"];

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
    // Tests of real processes wait for one another and for time limits: others run meanwhile. All of them at once keep
    // every core busy without that.
    maxWorkers: (size === "sample" ? 2 : 1) * availableParallelism(),
    // In the order of their names: what waits longest begins first, and what only computes fills the rest.
    projects: [
      { extends: true, test: { ...common, name: "alone", include: alone } },
      {
        extends: true,
        test: {
          ...common,
          name: "end-to-end",
          include: endToEnd,
          exclude: ["**/node_modules/**", ...leftOut],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: "in-process",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/*/test/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "apps/*/test/**/*.test.ts",
            "tooling/*/src/**/*.test.ts",
            "tooling/workspace/*.test.mjs",
            "examples/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ...endToEnd, ...alone, ...leftOut],
          isolate: false,
        },
      },
    ],
  },
  resolve: { conditions: ["massgen-source"] },
  ssr: { resolve: { conditions: ["massgen-source"] } },
});
