import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import { refusableFields, type MessagesBody, type Refusals } from "./request.ts";

const unsupported =
  /deprecated|unsupported|not support|not (?:permitted|allowed)|no longer|cannot both|unset|extra inputs/i;
const outOfRange = /between|range|at most|at least|(?:less|greater) than/i;

/**
 * What to leave out after a model refused a request, or undefined when the refusal is about something else. Each answer asks for less
 * than the one before, so sending again comes to an end.
 */
export function learnFrom(
  { status, message }: UpstreamFailure,
  sent: MessagesBody,
  known: Refusals,
): Refusals | undefined {
  if (status !== 400 && status !== 422) return undefined;
  if (outOfRange.test(message) && !unsupported.test(message)) return undefined;
  const field = Object.values(refusableFields).find(
    (name) => name in sent.body && !known.fields.has(name) && new RegExp(`\\b${name}\\b`).test(message),
  );
  return field === undefined ? undefined : { ...known, fields: new Set([...known.fields, field]) };
}
