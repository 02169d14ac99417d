import { listOf, objectOf, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { withAt } from "../remedies/body-path.ts";
import { fewStops, mostValue, onlyValue, withoutField } from "../remedies/field-lessons.ts";
import { formatLessons } from "../remedies/format-lessons.ts";
import { outputLimit, renamedLimit } from "../remedies/limit-lessons.ts";
import { found, type Phrase } from "../remedies/refusal.ts";
import type { Lesson } from "../remedies/remedy.ts";
import type { Learned } from "../remedies/remedy-memory.ts";
import { noSystem, toolTurnLessons, turnLessons } from "../remedies/shape-lessons.ts";
import { callFields } from "./call-field-lesson.ts";
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

/** A list of the words that are accepted for `tool_choice`. */
const choiceWords: Phrase = {
  first: /values?|one of|expected|input should be|must be|allowed|permitted|available/gi,
  next: /^[^.]*?\b(required|any)\b/i,
  within: 100,
};

/** The service has another word for a forced `tool_choice`, and no object form. */
const choiceWord: Lesson = {
  about: ["tools", "forced"],
  names: ({ says, param }) => /tool[_ ]?choice/i.test(`${says} ${param}`),
  read(refusal, { own }) {
    const sent = own["tool_choice"];
    const word = found(refusal.says, choiceWords)?.[1]?.toLowerCase();
    if (word === undefined || word === sent || !choiceWord.names(refusal, { request: { messages: [] }, own }))
      return undefined;
    if (sent !== "required" && sent !== "any" && objectOf(sent) === undefined) return undefined;
    if (/thinking|reasoning/i.test(refusal.says)) return undefined;
    return { name: `tool_choice ${word}`, body: (body) => forcedBy(word, body) };
  },
};

function forcedBy(word: string, own: JsonObject): JsonObject {
  const choice = own["tool_choice"];
  if (choice === "required" || choice === "any") return { ...own, tool_choice: word };
  const name = textOf(objectOf(objectOf(choice)?.["function"])?.["name"]);
  if (name === undefined) return own;
  const tools = listOf(own["tools"]).filter((tool) => objectOf(objectOf(tool)?.["function"])?.["name"] === name);
  return { ...own, tools, tool_choice: word };
}

const streamOptions = withoutField({ path: ["stream_options"], alsoCalled: /\binclude_usage\b/i });
const parallelToolCalls = withoutField({ path: ["parallel_tool_calls"], about: ["tools"] });

/**
 * A service without streaming: the remedy asks for the whole answer. The refusal has to say so explicitly, since
 * failures mention streams as well.
 */
const whole: Lesson = {
  about: ["stream"],
  names: ({ says, param }, { own }) => own["stream"] === true && /^stream$|\bstream(?:ing|ed)?\b/i.test(param || says),
  read: (refusal, asked) =>
    (refusal.unsupported || refusal.param === "stream" || /verified|must be (?:false|disabled)/i.test(refusal.says)) &&
    whole.names(refusal, asked)
      ? unstreamed
      : undefined,
  guess: ({ own }) => (own["stream"] === true ? unstreamed : undefined),
};
const unstreamed = {
  name: "without stream",
  body: (own: JsonObject) =>
    own["stream"] === true ? { ...withAt(own, ["stream_options"], undefined), stream: false } : own,
};

/** What refusals of chat completions teach: the most dispensable one comes first. */
export const chatLessons: readonly Lesson[] = [
  earlierThinking,
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
  ...formatLessons,
  ...turnLessons,
  noSystem,
  ...toolTurnLessons,
  whole,
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
