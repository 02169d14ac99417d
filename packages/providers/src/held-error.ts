import { MassgenError, type ErrorCode } from "@massgen/core/model";
import {
  checkedUsage,
  fieldOf,
  isFieldName,
  redactedCause,
  shownText,
  textField,
  wordsOf,
} from "@massgen/provider-kit/parts";

/** Who made a model that is checked at the border, and what keeps its texts free of secrets. */
export interface Holder {
  /** How messages begin: `backend acme`. */
  readonly label: string;
  /** Who is at fault: `the provider package massgen-provider-acme`. */
  readonly author: string;
  readonly redact: (text: string) => string;
}

/** The holder of what a package made for a backend type. */
export function holderOf(type: string, packageName: string | undefined, redact: Holder["redact"]): Holder {
  const author = packageName === undefined ? "the provider package" : `the provider package ${packageName}`;
  return { label: `backend ${type}`, author, redact };
}

/**
 * The codes of the contract, and whether a model may throw them. The others are for runs, or for calls that we ended.
 */
const codes: Readonly<Record<ErrorCode, boolean>> = {
  "rate-limited": true,
  quota: true,
  overloaded: true,
  "upstream-failed": true,
  authentication: true,
  permission: true,
  "not-found": true,
  "invalid-request": true,
  "context-length": true,
  "content-filter": true,
  timeout: true,
  connection: true,
  truncated: true,
  "invalid-response": true,
  aborted: false,
  configuration: true,
  "budget-exhausted": false,
  "spending-limit": false,
  "agents-failed": false,
  internal: true,
};

/** The most characters of a message that a package wrote. */
const mostOfMessage = 600;

/** The longest time that a provider may ask us to wait. */
const longestRetryMs = 24 * 60 * 60 * 1000;

/**
 * The error for something that a package may not do. `what` continues a sentence that begins with the package's name:
 * `yielded null instead of an event`.
 */
export function fault({ label, author }: Holder, what: string, cause?: unknown): MassgenError {
  return new MassgenError("internal", `${label}: ${author} ${what}; tell its author`, { cause });
}

/**
 * Rebuilds the error that a package threw: checks its code, redacts and then cuts its texts, leaves out invalid
 * figures. Anything that is no proper error is a defect of the package, and the message says so.
 */
export function heldError(thrown: unknown, holder: Holder): MassgenError {
  const { redact } = holder;
  const cause = redactedCause(thrown, redact);
  if (!isMassgenError(thrown)) return fault(holder, `threw ${shownText(wordsOf(thrown), redact)}`, cause);
  const code = textField(thrown, "code", 100);
  const message = textField(thrown, "message");
  if (code === undefined || !Object.hasOwn(codes, code)) {
    const named = code === undefined ? "without a code" : `with the unknown code "${shownText(code, redact)}"`;
    return fault(holder, `threw an error ${named}: ${shownText(message ?? "", redact)}`, cause);
  }
  if (!codes[code as ErrorCode])
    return fault(holder, `threw an error with the code "${code}", which no model may`, cause);
  const retryAfterMs = fieldOf(thrown, "retryAfterMs");
  const status = fieldOf(thrown, "status");
  const contextTokens = fieldOf(thrown, "contextTokens");
  const promptTokens = fieldOf(thrown, "promptTokens");
  const param = textField(thrown, "param", 200);
  const usage = checkedUsage(fieldOf(thrown, "usage"));
  return new MassgenError(code as ErrorCode, shownMessage(message, holder), {
    cause: redactedCause(fieldOf(thrown, "cause"), redact),
    ...(isWait(retryAfterMs) && { retryAfterMs: Math.min(retryAfterMs, longestRetryMs) }),
    ...(usage !== undefined && { usage }),
    ...(isFieldName(param, redact) && { param }),
    ...(isStatus(status) && { status }),
    ...(isTokens(contextTokens) && { contextTokens }),
    ...(isTokens(promptTokens) && { promptTokens }),
  });
}

function isMassgenError(value: unknown): boolean {
  try {
    return MassgenError.isInstance(value);
  } catch {
    return false;
  }
}

function shownMessage(message: string | undefined, { label, author, redact }: Holder): string {
  const text = shownText(message ?? "", redact, mostOfMessage);
  return text === "" ? `${label}: ${author} threw an error without a message` : text;
}

function isWait(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** Whether a package's figure can be a number of tokens. */
export function isTokens(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1e9;
}

function isStatus(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 599;
}
