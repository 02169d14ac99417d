import type { Allowed } from "../allowed.ts";

/** Every pattern that the check would refuse. An entry whose pattern is gone is refused as well. */
export const allowed: readonly Allowed[] = [
  {
    file: "apps/cli/src/compare/graders/pattern-worker.ts",
    written: "new RegExp(source, flags)",
    reason: "the pattern of a file of questions; it runs in a worker that is killed at its limit",
  },
  {
    file: "apps/cli/src/compare/graders/pattern.ts",
    written: "new RegExp(source, flags)",
    reason: "the same pattern, which is compiled here to say what is wrong with it, and never run",
  },
  {
    file: "packages/core/src/format/schema-check.ts",
    written: "new RegExp(pattern, flags)",
    reason: "a client's own pattern; it runs in a worker that is killed at its limit",
  },
  {
    file: "packages/core/src/format/schema-check.ts",
    written: "new RegExp(pattern)",
    reason: "a client's own pattern; it runs in a worker that is killed at its limit",
  },
  {
    file: "packages/providers/src/secrets/masked-keys.ts",
    written: `/[^\\s"'<>]*$/`,
    reason: "what stands before a mask is cut to mostLeft characters first",
  },
];
