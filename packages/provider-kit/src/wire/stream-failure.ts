import { codesIn, hasFailedEnvelope, messageIn } from "./failure-fields.ts";
import { numberOf, objectsIn, textOf, type JsonObject } from "./json-value.ts";
import { failureOf, miniMaxCode, statusOf, type UpstreamFailure } from "./upstream-failure.ts";

/** The most characters of a word that are looked at. */
const readCharacters = 100;

const failureReason =
  /error|fail|abort|cancel|time_?out|exception|interrupt|disconnect|overload|unavailable|insufficient|shutdown|truncat|incomplete|partial|kill|evict|preempt|crash|expired|blocked|malformed|invalid/i;

/** Whether an unknown finish reason reports a failure, so that the answer before it is not whole. */
export function isFailureReason(reason: string): boolean {
  return failureReason.test(reason.slice(0, readCharacters));
}

/** The failure that a finish reason stands for. */
export function stoppedBy(reason: string): UpstreamFailure {
  return { message: `the model stopped with "${reason.slice(0, readCharacters)}"`, kinds: ["server_error"] };
}

/** The last letters of "error" and "exception". */
const failureEnds: ReadonlySet<string> = new Set(["r", "R", "n", "N"]);

/** Whether the `event:` field says that its data is an error, whatever that looks like. */
export function isFailureName(name: string | undefined): boolean {
  // Most names end otherwise, and this is asked of every event that has one.
  if (name === undefined || !failureEnds.has(name.slice(-1))) return false;
  return /(?:^|[._:-])(?:error|exception)$/i.test(name.slice(0, readCharacters));
}

/** The failure beside an answer, or instead of it, in an object of an event: `error`, or a list of `errors`. */
export function failureBeside(place: JsonObject | undefined): UpstreamFailure | undefined {
  if (place === undefined) return undefined;
  return isError(place["error"]) || errorsOf(place) > 0 ? failureOf(place) : undefined;
}

/** The failure in the envelope that MiniMax puts beside every answer, whole or not; 0 is success. */
export function failureInEnvelope(event: JsonObject): UpstreamFailure | undefined {
  return event["base_resp"] === undefined || miniMaxCode(event) === 0 ? undefined : failureOf(event);
}

function isError(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== "";
}

function errorsOf({ errors }: JsonObject): number {
  return errors === undefined ? 0 : objectsIn(errors, 1).length;
}

/**
 * The failure in an event that holds no part of an answer: `{detail}`, or the fields of an error without an `error`
 * around them: a message with a code, a type that speaks of errors, an HTTP status of a failure, `success: false`.
 */
export function flatFailure(event: JsonObject): UpstreamFailure | undefined {
  const { detail, type, object, success } = event;
  const typed = object === "error" || isFailureName(textOf(type));
  const codes = codesIn(event).filter((code) => code !== type && code !== event["status"]);
  const worded = messageIn(event) !== undefined && (codes.some(isCode) || /error/i.test(wordIn(type)));
  const numbered = codesIn(event).some((code) => statusOf(code) !== undefined);
  const failed = typed || worded || numbered || success === false || isError(detail) || hasFailedEnvelope(event);
  return failed ? failureOf(event) : undefined;
}

function isCode(code: unknown): boolean {
  return textOf(code) !== undefined || (numberOf(code) ?? 0) !== 0;
}

function wordIn(value: unknown): string {
  return textOf(value)?.slice(0, readCharacters) ?? "";
}
