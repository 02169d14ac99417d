import { choiceWord } from "../remedies/choice-lesson.ts";
import { fewStops, mostValue, onlyValue, withoutField } from "../remedies/field-lessons.ts";
import { formatLessons } from "../remedies/format-lessons.ts";
import { outputLimit, renamedLimit } from "../remedies/limit-lessons.ts";
import type { Lesson } from "../remedies/remedy.ts";
import type { Learned } from "../remedies/remedy-memory.ts";
import { noSystem, toolTurnLessons, turnLessons } from "../remedies/shape-lessons.ts";
import { unstreamedLesson } from "../remedies/stream-lesson.ts";
import { callFields } from "./call-field-lesson.ts";
import { nullContent } from "./null-content.ts";
import type { Vendor } from "./vendor.ts";

/**
 * Thinking before tool calls in the conversation is missing, because another model made the calls, or is not wanted.
 * The remedy switches thinking off and leaves earlier thinking out, for this call.
 */
const earlierThinking: Lesson = {
  names: ({ says, param }) => /reasoning_(?:content|details)/.test(`${says} ${param}`),
  read: (refusal, asked) =>
    earlierThinking.names(refusal, asked) ? { name: "without thinking", withoutThinking: true, once: true } : undefined,
};

const streamOptions = withoutField({ path: ["stream_options"], alsoCalled: /\binclude_usage\b/i });
const parallelToolCalls = withoutField({ path: ["parallel_tool_calls"], about: ["tools"] });

/** What refusals of chat completions teach: the most dispensable one comes first. */
export const chatLessons: readonly Lesson[] = [
  earlierThinking,
  withoutField({ path: ["prompt_cache_key"] }),
  fewStops(["stop"]),
  outputLimit([["max_tokens"], ["max_completion_tokens"]], true),
  renamedLimit(["max_tokens", "max_completion_tokens"]),
  choiceWord,
  withoutField({
    path: ["reasoning_effort"],
    about: ["thinking"],
    alsoCalled: /(?:not|n't) support(?:ed)? (?:thinking|reasoning)|(?:thinking|reasoning)['"`]? (?:is|are) not/i,
    // The ladder decides which of both is left out.
    unless: /tool[_ ]?choice/i,
  }),
  withoutField({ path: ["verbosity"] }),
  parallelToolCalls,
  withoutField({ path: ["presence_penalty"], alsoCalled: /\bpenalt(?:y|ies)\b/i }),
  withoutField({ path: ["frequency_penalty"], alsoCalled: /\bpenalt(?:y|ies)\b/i }),
  withoutField({ path: ["seed"] }),
  mostValue({ path: ["temperature"] }, 2),
  withoutField({ path: ["temperature"] }),
  onlyValue({ path: ["temperature"] }),
  withoutField({ path: ["top_p"] }),
  onlyValue({ path: ["top_p"] }),
  withoutField({ path: ["stop"] }),
  streamOptions,
  callFields,
  nullContent,
  ...formatLessons,
  ...turnLessons,
  noSystem,
  ...toolTurnLessons,
  unstreamedLesson,
];

/** What a vendor's models are known to refuse before anything was tried. */
export function knownRefusals(vendor: Vendor): readonly Learned[] {
  return [
    ...(vendor.streamOptions === false ? [learned(streamOptions)] : []),
    ...(vendor.parallelToolCalls === false ? [learned(parallelToolCalls)] : []),
  ];
}

function learned(lesson: Lesson): Learned {
  const own = { stream_options: {}, parallel_tool_calls: false };
  const remedy = lesson.guess?.({ request: { messages: [] }, own });
  if (remedy === undefined) throw new TypeError("a lesson without a remedy");
  return { remedy, place: chatLessons.indexOf(lesson), circumstance: [] };
}
