import { numberOf, objectOf, objectsIn, textOf, writeJson, type JsonObject } from "./json-value.ts";
import { codesIn, describedIn, messageIn } from "./failure-fields.ts";
import { retryDelayOf } from "./retry-after.ts";

/** What a provider said about a failure, in a form common to all wires. */
export interface UpstreamFailure {
  /** At most {@link mostSaid} characters. */
  readonly message: string;
  readonly status?: number;
  /** The provider's own words for the kind of failure (`code`, `type`, Google's `status` and `reason`), lower case. */
  readonly kinds?: readonly string[];
  readonly param?: string;
  readonly retryAfterMs?: number;
  /**
   * Of a prompt that was too long: tokens that the model takes, and tokens of the prompt, where fields say so
   * (llama.cpp).
   */
  readonly contextTokens?: number;
  readonly promptTokens?: number;
  /** What the model wrote before its provider refused it (Groq). */
  readonly generated?: string;
}

/** The most characters of a message that are kept: more than anything shows or matches. */
export const mostSaid = 64 * 1024;

/** The longest word for a kind of failure, or name of a field; longer ones are ignored. */
const longestWord = 100;

/** The most details of a failure that are read. */
const mostDetails = 20;

/**
 * Reads an error out of whatever a provider sent: `{error: {...}}`, `{error: "..."}`, a flat error object, FastAPI's
 * `{detail}`, Google's array, a list of `errors`, an envelope of the service's own, or a bare text. The result is
 * bounded, except for `generated`.
 *
 * @param status of the answer; without one (an event of a stream, a document with status 200) the status in the body
 *   counts
 */
export function failureOf(body: unknown, status?: number): UpstreamFailure {
  if (typeof body === "string") {
    return { message: body.slice(0, mostSaid), ...(status !== undefined && { status }) };
  }
  const outer = objectOf(Array.isArray(body) ? (body as unknown[])[0] : body) ?? {};
  const inner = describedIn(outer);
  const details = objectsIn(inner["details"], mostDetails);
  const codes = [...codesIn(inner), ...(inner === outer ? [] : codesIn(outer))];
  const words = [...codes, ...details.map((detail) => detail["reason"])];
  const miniMax = miniMaxCode(outer);
  if (miniMax !== 0) words.push(`base_resp.${miniMax}`);
  const ownStatus = codes.map(statusOf).find((own) => own !== undefined);
  const param = wordOf(inner["param"]);
  const generated = textOf(inner["failed_generation"]);
  const retryAfterMs = retryDelayOf(details);
  const knownStatus = status ?? ownStatus;
  const contextTokens = numberOf(inner["n_ctx"]);
  const promptTokens = numberOf(inner["n_prompt_tokens"]);
  return {
    message: messageOf(inner, outer).slice(0, mostSaid),
    kinds: words.flatMap((word) => wordOf(word)?.toLowerCase() ?? []),
    ...(knownStatus !== undefined && { status: knownStatus }),
    ...(param !== undefined && { param }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(promptTokens !== undefined && { promptTokens }),
    ...(generated !== undefined && { generated }),
  };
}

/** MiniMax's error number, which is not an HTTP status. 0 means success or no number. */
export function miniMaxCode(body: JsonObject): number {
  return numberOf(objectOf(body["base_resp"])?.["status_code"]) ?? 0;
}

function messageOf(inner: JsonObject, outer: JsonObject): string {
  const message = messageIn(inner) ?? textOf(outer["error"]) ?? messageIn(outer);
  const raw = textOf(objectOf(inner["metadata"])?.["raw"]);
  if (message !== undefined) return raw === undefined ? message : `${message}: ${raw}`;
  const rest = inner["message"] ?? inner["detail"] ?? (Object.keys(inner).length > 0 ? inner : undefined);
  return typeof rest === "string" ? rest : rest === undefined ? "" : (writeJson(rest) ?? "");
}

function wordOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length <= longestWord ? text : undefined;
}

/** The HTTP status of a failure, as a number or a text of three digits. */
export function statusOf(value: unknown): number | undefined {
  const status = numberOf(typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value);
  return status !== undefined && Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
}
