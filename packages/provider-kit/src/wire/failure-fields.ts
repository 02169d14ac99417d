import { numberOf, objectOf, objectsIn, textOf, type JsonObject } from "./json-value.ts";

/** Fields that services put their words for a failure into, the usual ones first. */
const messageFields = [
  "message",
  "msg",
  "detail",
  "error_message",
  "errorMessage",
  "error_msg",
  "errmsg",
  "status_msg",
  "error_description",
  "faultstring",
  "description",
  "reason",
  "title",
];

/** Fields that hold a word or a number for the kind of failure. */
const codeFields = [
  "code",
  "type",
  "status",
  "error_code",
  "errorCode",
  "error_type",
  "errorType",
  "err_code",
  "errcode",
  "status_code",
  "statusCode",
  "Code",
];

/** Objects around a failure, besides `error` and `errors`. */
const envelopeFields = ["Error", "err", "exception", "fault", "base_resp", "ResponseMetadata", "detail", "response"];

/** How deep envelopes are opened. */
const deepestEnvelope = 4;

/** The words for a failure in an object. */
export function messageIn(object: JsonObject): string | undefined {
  return [...messageFields, "Message"].map((name) => textOf(object[name])).find((text) => text !== undefined);
}

/** What an object says about the kind of failure, unchanged. */
export function codesIn(object: JsonObject): readonly unknown[] {
  return codeFields.map((name) => object[name]).filter((code) => code !== undefined && code !== null);
}

/** The innermost object that describes the failure in a body: itself where nothing is around it. */
export function describedIn(outer: JsonObject): JsonObject {
  let object = outer;
  for (let depth = 0; depth < deepestEnvelope; depth += 1) {
    const inner =
      objectOf(object["error"]) ??
      objectsIn(object["errors"], 1)[0] ??
      envelopeFields.map((name) => objectOf(object[name])).find((one) => one !== undefined && isDescription(one));
    if (inner === undefined) return object;
    object = inner;
  }
  return object;
}

/** Whether one of the less usual envelopes stands in an object and reports a failure. */
export function hasFailedEnvelope(object: JsonObject): boolean {
  return envelopeFields.some((name) => {
    const inner = objectOf(object[name]);
    return inner !== undefined && isDescription(inner) && !succeeds(inner);
  });
}

function isDescription(object: JsonObject): boolean {
  return (
    messageIn(object) !== undefined ||
    objectOf(object["error"]) !== undefined ||
    envelopeFields.some((name) => objectOf(object[name]) !== undefined)
  );
}

/** Services that wrap every answer in an envelope write 0 for success. */
function succeeds(object: JsonObject): boolean {
  const codes = codesIn(object);
  return codes.length > 0 && codes.every((code) => numberOf(code) === 0 || code === "0" || code === "ok");
}
