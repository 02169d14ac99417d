import type { ChatRequest, Message } from "@massgen/core/model";
import { objectOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { digestOf } from "./body-digest.ts";
import type { Refusal } from "./refusal.ts";

/** A property of a request that a refusal may depend on. `schema <hash>` stands for one particular schema. */
export type Feature =
  | "tools"
  | "forced"
  | "tool turns"
  | "format"
  | "images"
  | "thinking"
  | "stream"
  | `schema ${string}`;

/** What a lesson is about. It decides for which requests the lesson holds. */
export interface Scope {
  /** The features that it is about; they do not count as its circumstances. */
  readonly about?: readonly Feature[];
  /** True: a refusal concerns the service or the model as a whole, unless it names a circumstance. */
  readonly everywhere?: true;
}

/** Words by which refusals name features. */
const spoken: ReadonlyMap<Feature, RegExp> = new Map([
  ["tools", /\btools?\b|function[_ -]?call/i],
  ["forced", /tool[_ ]?choice|forces? tool/i],
  ["tool turns", /\btool (?:results?|messages?|turns?|responses?)|role ['"`]?tool/i],
  ["format", /response[_ ]?(?:format|schema|mime)|json[_ -]?(?:schema|mode|object|output)|structured[_ -]?output/i],
  ["images", /\bimages?\b|\bvision\b|multimodal/i],
  ["thinking", /\bthinking\b|\breasoning\b/i],
  ["stream", /\bstream(?:ing|ed)?\b/i],
]);

/** Words of a refusal that concerns the model or the service as a whole. */
const asAWhole = /\bmodels?\b|unknown|unrecognized|extra (?:inputs|fields)|no longer|deprecated|cannot find field/i;
/** Words of a refusal that concerns one schema. */
const oneSchema =
  /invalid[_ ](?:json[_ ])?schema|schema (?:is )?(?:invalid|too)|additionalProperties|is required to be supplied|keywords?\b|nest|compil|pars(?:e|ing)|recursi|grammar/i;

/** The features of a request, and of the whole body that was written for it. */
export function featuresOf(request: ChatRequest, body: JsonObject): ReadonlySet<Feature> {
  const { tools = [], toolChoice, responseFormat, messages } = request;
  const found = new Set<Feature>();
  if (tools.length > 0) found.add("tools");
  if (tools.length > 0 && toolChoice !== undefined && toolChoice !== "auto" && toolChoice !== "none") {
    found.add("forced");
  }
  if (messages.some((message) => message.role === "tool")) found.add("tool turns");
  if (messages.some(hasImages)) found.add("images");
  if (thinks(body)) found.add("thinking");
  if (body["stream"] === true) found.add("stream");
  if (responseFormat !== undefined && responseFormat.type !== "text") found.add("format");
  if (responseFormat?.type === "json-schema") found.add(schemaFeature(responseFormat.schema));
  return found;
}

/**
 * The features that a request must have for a remedy to apply. The refusal decides by what it names. If it names
 * nothing, the remedy applies to requests like the refused one, unless the refusal speaks of the model as a whole.
 */
export function circumstanceOf(
  scope: Scope,
  refusal: Refusal | undefined,
  features: ReadonlySet<Feature>,
): readonly Feature[] {
  const says = refusal === undefined ? "" : `${refusal.says} ${refusal.param}`;
  const about = new Set<Feature>(scope.about);
  if (about.has("format") && oneSchema.test(says)) {
    const schema = [...features].filter((feature) => feature.startsWith("schema "));
    if (schema.length > 0) return schema;
  }
  const others = circumstancesOf(scope, features);
  const named = others.filter((feature) => spoken.get(feature)?.test(says));
  if (named.length > 0) return named;
  if (scope.everywhere || asAWhole.test(says)) return [];
  return requestsLike(scope, features);
}

/** The circumstances of a request that a lesson may be limited to. */
export function requestsLike(scope: Scope, features: ReadonlySet<Feature>): readonly Feature[] {
  return circumstancesOf(scope, features).filter((feature) => feature !== "stream");
}

function circumstancesOf({ about = [] }: Scope, features: ReadonlySet<Feature>): readonly Feature[] {
  return [...features].filter((feature) => !about.includes(feature) && !feature.startsWith("schema "));
}

function hasImages({ content }: Message): boolean {
  return typeof content !== "string" && content.some(({ type }) => type === "image");
}

function thinks(body: JsonObject): boolean {
  const thinking = objectOf(body["thinking"]);
  if (thinking !== undefined) return thinking["type"] !== "disabled";
  const effort = body["reasoning_effort"];
  return (
    (effort !== undefined && effort !== "none") ||
    body["reasoning"] !== undefined ||
    body["enable_thinking"] === true ||
    objectOf(body["generationConfig"])?.["thinkingConfig"] !== undefined
  );
}

/** Cached by object: a schema that is sent again is usually the same object. */
const hashes = new WeakMap<object, Feature>();

function schemaFeature(schema: JsonObject): Feature {
  const known = hashes.get(schema);
  if (known !== undefined) return known;
  const made: Feature = `schema ${digestOf(schema)}`;
  hashes.set(schema, made);
  return made;
}
