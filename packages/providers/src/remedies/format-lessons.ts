import type { ChatRequest } from "@massgen/core/model";
import type { Refusal } from "./refusal.ts";
import type { Lesson, Remedy } from "./remedy.ts";

const aboutFormat =
  /response[_ ]?(?:format|schema|mime[_ ]?type|json)|text\.format|json[_ -]?(?:schema|mode|object|output)|structured[_ -]?output|guided|grammar|invalid schema/i;

const withoutStrict: Remedy = {
  name: "a schema that is not strict",
  request(request) {
    const { responseFormat: format } = request;
    if (format?.type !== "json-schema" || format.strict !== true) return request;
    const { strict: _, ...rest } = format;
    return { ...request, responseFormat: rest };
  },
};
const withoutSchema: Remedy = {
  name: "JSON without a schema",
  request: (request) =>
    request.responseFormat?.type === "json-schema" ? { ...request, responseFormat: { type: "json-object" } } : request,
};
const withoutFormat: Remedy = {
  name: "no format",
  request(request) {
    if (!isSet(request.responseFormat)) return request;
    const { responseFormat: _, ...rest } = request;
    return rest;
  },
};

/**
 * A refused response format: the remedy asks for a weaker one, in the end for none. The schema stands in the prompt,
 * and every answer is checked against it anyway. Schemas of ballots belong to the ladder.
 */
export const formatLessons: readonly Lesson[] = [
  step(withoutStrict, ({ responseFormat }, { says }) => isStrict(responseFormat) && /\bstrict\b/i.test(says)),
  step(withoutSchema, ({ responseFormat }, { says }) => responseFormat?.type === "json-schema" && !namesObject(says)),
  {
    ...step(withoutFormat, ({ responseFormat }) => isSet(responseFormat)),
    guess: ({ request }) => (isSet(request.responseFormat) ? withoutFormat : undefined),
  },
];

function step(remedy: Remedy, fits: (request: ChatRequest, refusal: Refusal) => boolean): Lesson {
  return {
    about: ["format"],
    names: (refusal, { request }) => isSet(request.responseFormat) && isNamed(refusal),
    read: (refusal, { request }) => (fits(request, refusal) && isNamed(refusal) ? remedy : undefined),
  };
}

function isNamed({ says, param }: Refusal): boolean {
  return aboutFormat.test(`${says} ${param}`);
}

function isSet(format: ChatRequest["responseFormat"]): boolean {
  return format !== undefined && format.type !== "text";
}

function isStrict(format: ChatRequest["responseFormat"]): boolean {
  return format?.type === "json-schema" && format.strict === true;
}

/** Whether JSON without a schema is refused as well. */
function namesObject(says: string): boolean {
  return /json[_ -]?(?:object|mode)/i.test(says);
}
