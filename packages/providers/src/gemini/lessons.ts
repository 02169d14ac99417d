import { fewStops, mostValue, withoutField } from "../remedies/field-lessons.ts";
import { formatLessons } from "../remedies/format-lessons.ts";
import { outputLimit } from "../remedies/limit-lessons.ts";
import type { Lesson } from "../remedies/remedy.ts";
import { noSystem, toolTurnLessons, turnLessons } from "../remedies/shape-lessons.ts";

const config = "generationConfig";

/** What refusals of `generateContent` teach: the most dispensable one comes first. */
export const geminiLessons: readonly Lesson[] = [
  fewStops([config, "stopSequences"]),
  outputLimit([[config, "maxOutputTokens"]], true),
  withoutField({
    path: [config, "thinkingConfig"],
    about: ["thinking"],
    alsoCalled: /thinking[_ ]?(?:level|budget)|include[_ ]?thoughts|thinking is not supported|support thinking/i,
  }),
  withoutField({ path: [config, "frequencyPenalty"], alsoCalled: /\bpenalty\b/i }),
  withoutField({ path: [config, "presencePenalty"], alsoCalled: /\bpenalty\b/i }),
  withoutField({ path: [config, "seed"] }),
  withoutField({ path: [config, "stopSequences"], alsoCalled: /stop[_ ]?sequences?/i }),
  withoutField({ path: [config, "topK"] }),
  withoutField({ path: [config, "topP"] }),
  mostValue({ path: [config, "temperature"] }, 2),
  withoutField({ path: [config, "temperature"] }),
  ...formatLessons,
  ...turnLessons,
  noSystem,
  ...toolTurnLessons,
];
