import type { Allowed } from "../allowed.ts";

/** Every pattern that the check would refuse. An entry whose pattern is gone is refused as well. */
export const allowed: readonly Allowed[] = [
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
    file: "packages/providers/src/anthropic/refusal.ts",
    written: "new RegExp(`\\\\b${name}\\\\b`)",
    reason: "name is one of the fields in refusableFields: plain words",
  },
  {
    file: "packages/providers/src/openai-compatible/refusal.ts",
    written: 'new RegExp(`(?<![\\\\w])${words}(?![\\\\w])`, "i")',
    reason: "words are one of optionalFields, or two of our own: plain words",
  },
  {
    file: "packages/providers/src/secrets/masked-keys.ts",
    written: `/[^\\s"'<>]*$/`,
    reason: "what stands before a mask is cut to mostLeft characters first",
  },
];
