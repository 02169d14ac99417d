import type { JsonObject } from "@massgen/provider-kit/wire";
import { at } from "../remedies/body-path.ts";
import { withoutField } from "../remedies/field-lessons.ts";
import { outputLimit } from "../remedies/limit-lessons.ts";
import type { Lesson, Remedy } from "../remedies/remedy.ts";
import { toolTurnLessons, turnLessons } from "../remedies/shape-lessons.ts";

/** Thinking counts as output: where the model's own limit leaves it no room, the answer comes without. */
function thinkingWithin(own: JsonObject): JsonObject {
  const budget = at(own, ["thinking", "budget_tokens"]);
  const limit = own["max_tokens"];
  if (typeof budget !== "number" || typeof limit !== "number" || limit > budget) return own;
  const { thinking: _, ...rest } = own;
  return rest;
}

const aboutMarks = /cache[_ ]?control|prompt[_ -]?cach/i;

/** The service does not cache prompts, or not like this. Without a prefix nothing is marked. */
const cacheMarks: Lesson = {
  everywhere: true,
  sent: ({ request }) => request.prefix !== undefined,
  names: ({ says, param }, { request }) => request.prefix !== undefined && aboutMarks.test(`${says} ${param}`),
  read: (refusal, asked) => (cacheMarks.names(refusal, asked) ? unmarked : undefined),
  guess: ({ request }) => (request.prefix === undefined ? undefined : unmarked),
};

const unmarked: Remedy = {
  name: "without cache_control",
  request(request) {
    const { prefix: _, ...rest } = request;
    return rest;
  },
};

/** What refusals of messages teach: the most dispensable one comes first. */
export const messagesLessons: readonly Lesson[] = [
  cacheMarks,
  outputLimit([["max_tokens"]], false, thinkingWithin),
  withoutField({ path: ["top_k"] }),
  withoutField({ path: ["top_p"] }),
  withoutField({ path: ["temperature"] }),
  withoutField({ path: ["stop_sequences"] }),
  withoutField({ path: ["output_config"], about: ["thinking"], alsoCalled: /\beffort\b/i }),
  withoutField({
    path: ["thinking"],
    about: ["thinking"],
    alsoCalled: /thinking['"`]? (?:is|are) not|(?:not|n't) support(?:ed)? (?:\w+ )?thinking/i,
    // The ladder decides which of both is left out.
    unless: /tool[_ ]?choice|forces tool/i,
    guessed: false,
  }),
  ...turnLessons,
  ...toolTurnLessons,
];
