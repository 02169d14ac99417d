import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import { objectOf } from "../wire/json-value.ts";

/** Fields of `generationConfig` that a model was found to refuse; kept per model, so that later calls leave them out from the start. */
export type Refusals = ReadonlySet<string>;

/** Stands among the refused fields for a model that takes a response format, and takes tools, and not both together. */
export const formatWithTools = "responseMimeType with tools";

/** Fields that a call is worth making without, and how errors speak of them. The one to give up first comes first. */
const refusable: readonly (readonly [field: string, spoken: RegExp])[] = [
  [
    "thinkingConfig",
    /thinking[_ ]?(?:config|level|budget)|include[_ ]?thoughts|thinking is not supported|support thinking/i,
  ],
  ["frequencyPenalty", /frequency[_ ]?penalty|\bpenalty\b/i],
  ["presencePenalty", /presence[_ ]?penalty|\bpenalty\b/i],
  ["seed", /\bseed\b/i],
  ["stopSequences", /stop[_ ]?sequences?/i],
  ["topK", /top[_ ]?k\b/i],
  ["topP", /top[_ ]?p\b/i],
  ["temperature", /temperature/i],
  ["responseJsonSchema", /response[_ ]?(?:json[_ ]?)?schema/i],
];
const spokenFormat = /response[_ ]?mime[_ ]?type/i;
const unsupported =
  /unsupported|not (?:support|enabled|allowed|available)|unknown name|cannot find field|no longer|deprecated|does ?n[o']t (?:support|allow)/i;

/** The most characters of a refusal that are searched: names of fields stand at its beginning. */
const searchedCharacters = 4000;

/**
 * What to leave out after a model refused a request, or undefined when the refusal is about something else. Each answer asks for less
 * than the one before, so sending again comes to an end.
 */
export function learnFrom(
  { status, message }: UpstreamFailure,
  sent: Readonly<Record<string, unknown>>,
  known: Refusals,
): Refusals | undefined {
  const said = message.slice(0, searchedCharacters);
  if (status !== 400 || !unsupported.test(said)) return undefined;
  const config = objectOf(sent["generationConfig"]) ?? {};
  if ("tools" in sent && "responseMimeType" in config && !known.has(formatWithTools) && spokenFormat.test(said)) {
    return new Set([...known, formatWithTools]);
  }
  const field = refusable.find(([name, spoken]) => name in config && !known.has(name) && spoken.test(said))?.[0];
  return field === undefined ? undefined : new Set([...known, field]);
}
