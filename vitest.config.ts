import { defineConfig } from "vitest/config";

// Tests run against the sources of every package ("massgen-source" export condition): no build in the edit-test loop.
// The end-to-end tests in apps/cli/e2e start the built command line and need `npm run build` first.
export default defineConfig({
  resolve: { conditions: ["massgen-source"] },
  ssr: { resolve: { conditions: ["massgen-source"] } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "apps/*/e2e/**/*.test.ts",
      "tooling/*/src/**/*.test.ts",
      "examples/*.test.ts",
    ],
    // No test asserts by a limit: these are for what hangs, on machines ten times slower than any of ours.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    server: { deps: { inline: [/@massgen\//] } },
  },
});
