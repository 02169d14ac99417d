import {
  failureBeside,
  finishWordOf,
  flatFailure,
  isFailureReason,
  objectOf,
  stoppedBy,
  textOf,
} from "@massgen/provider-kit/parts";
import { failureOf, type JsonObject, type UpstreamFailure } from "@massgen/provider-kit/wire";

/** Why a response ended, in the service's words. */
export function endIn(response: JsonObject): { readonly reason: string | undefined; readonly isIncomplete: boolean } {
  const status = textOf(response["status"]);
  const cause = textOf(objectOf(response["incomplete_details"])?.["reason"]);
  return { reason: cause ?? (status === "incomplete" ? undefined : status), isIncomplete: status === "incomplete" };
}

/** The events that end a response: OpenAI's, and OpenRouter's. */
const ends: ReadonlySet<string> = new Set(["response.completed", "response.incomplete", "response.done"]);

/** Whether an event is a whole response that came in place of a stream, and has ended. */
export function isDocument({ object, status }: JsonObject): boolean {
  return object === "response" && status !== "in_progress" && status !== "queued";
}

/** The failure that an event reports; undefined where it reports none. */
export function failureIn(event: JsonObject): UpstreamFailure | undefined {
  const type = textOf(event["type"]);
  const response = event["object"] === "response" ? event : objectOf(event["response"]);
  const beside = failureBeside(event) ?? failureBeside(response);
  if (beside !== undefined) return beside;
  if (type === "error") return failureOf(event);
  if (response === undefined) return type?.startsWith("response.") === true ? undefined : flatFailure(event);
  if (type === "response.failed" || type === "response.cancelled") return stoppedBy(type.slice("response.".length));
  const { reason } = endIn(response);
  const over = ends.has(type ?? "") || isDocument(event);
  return over && reason !== undefined && finishWordOf(reason) === "unknown" && isFailureReason(reason)
    ? stoppedBy(reason)
    : undefined;
}
