import { objectsIn } from "@massgen/provider-kit/parts";
import { choiceWord } from "../remedies/choice-lesson.ts";
import { mostValue, onlyValue, withoutField } from "../remedies/field-lessons.ts";
import { formatLessons } from "../remedies/format-lessons.ts";
import { outputLimit } from "../remedies/limit-lessons.ts";
import type { Lesson } from "../remedies/remedy.ts";
import { noSystem, toolTurnLessons, turnLessons } from "../remedies/shape-lessons.ts";
import { unstreamedLesson } from "../remedies/stream-lesson.ts";

/**
 * Earlier reasoning is not readable any more, or lacks what has to follow it. The remedy leaves it out of the
 * conversation, for this call.
 */
const earlierReasoning: Lesson = {
  names: ({ says, param }, { own }) =>
    objectsIn(own["input"]).some(({ type }) => type === "reasoning") &&
    /encrypted[_ ]content|reasoning['"`]? items?|type ['"`]reasoning|\brs_\w/i.test(`${says} ${param}`),
  read: (refusal, asked) =>
    earlierReasoning.names(refusal, asked)
      ? { name: "without thinking", withoutThinking: true, once: true }
      : undefined,
};

/** What refusals of responses teach: the most dispensable one comes first. */
export const responsesLessons: readonly Lesson[] = [
  earlierReasoning,
  withoutField({ path: ["prompt_cache_key"] }),
  outputLimit([["max_output_tokens"]], true),
  choiceWord,
  // Models that do not reason have nothing to encrypt.
  withoutField({ path: ["include"], alsoCalled: /encrypted[_ ]content/i }),
  withoutField({
    path: ["reasoning", "effort"],
    about: ["thinking"],
    alsoCalled: /(?:not|n't) support(?:ed)? (?:thinking|reasoning)|(?:thinking|reasoning)['"`]? (?:is|are) not/i,
    // The ladder decides which of both is left out.
    unless: /tool[_ ]?choice/i,
  }),
  withoutField({ path: ["text", "verbosity"] }),
  withoutField({ path: ["parallel_tool_calls"], about: ["tools"] }),
  mostValue({ path: ["temperature"] }, 2),
  withoutField({ path: ["temperature"] }),
  onlyValue({ path: ["temperature"] }),
  withoutField({ path: ["top_p"] }),
  onlyValue({ path: ["top_p"] }),
  withoutField({ path: ["store"] }),
  ...formatLessons,
  ...turnLessons,
  noSystem,
  ...toolTurnLessons,
  unstreamedLesson,
];
