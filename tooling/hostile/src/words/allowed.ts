import type { Allowed } from "../allowed.ts";

/** Every place that the check would refuse. An entry whose place is gone is refused as well. */
export const allowed: readonly Allowed[] = [
  {
    file: "packages/core/src/format/violation.ts",
    written: '{ additionalProperties: "additionalProperty", unevaluatedProperties: "unevaluatedProperty" }[keyword]',
    reason: "keyword is a name of ajv's own",
  },
  {
    file: "packages/providers/src/limits/account-limits.ts",
    written: "names[field]",
    reason: "field is one of the table's own keys",
  },
  {
    file: "packages/server/src/http/body/parse-json.ts",
    written: "names[limit]",
    reason: "limit is one of the table's own keys",
  },
  {
    file: "packages/server/src/http/raw-response.ts",
    written: "reasons[found.status]",
    reason: "status is a number of this module's own",
  },
  {
    file: "packages/server/src/wires/openai-chat/content.ts",
    written: "readers[type]",
    reason: "type was found in the list of those that are allowed",
  },
  {
    file: "packages/server/src/problem.ts",
    written: "statuses[kind]",
    reason: "kind is one of the table's own keys",
  },
  {
    file: "packages/server/src/wires/fields/sampling.ts",
    written: "rows[name]",
    reason: "name is one of the table's own keys",
  },
  {
    file: "packages/server/src/wires/openai-error.ts",
    written: "types[kind]",
    reason: "kind is one of the table's own keys",
  },
  {
    file: "packages/server/src/wires/anthropic-messages/blocks.ts",
    written: "allowed[role]",
    reason: "role is one of the table's own keys",
  },
  {
    file: "packages/server/src/wires/anthropic-messages/blocks.ts",
    written: "readers[known]",
    reason: "known was found in the list of those that are allowed",
  },
  {
    file: "packages/server/src/wires/anthropic-messages/error.ts",
    written: "types[kind]",
    reason: "kind is one of the table's own keys",
  },
  {
    file: "packages/server/src/wires/openai-responses/input-items.ts",
    written: "partsOfRole[who]",
    reason: "who is one of the table's own keys",
  },
  {
    file: "packages/server/src/wires/openai-responses/input-items.ts",
    written: "readers[type]",
    reason: "type was found in the list of those that are allowed",
  },
  {
    file: "packages/server/src/wires/openai-responses/input-items.ts",
    written: "messages[role]",
    reason: "role has passed a list of the known ones",
  },
];
