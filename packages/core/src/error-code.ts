import type { ErrorCode } from "./errors.ts";

const known: Readonly<Record<ErrorCode, true>> = {
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
  aborted: true,
  configuration: true,
  "budget-exhausted": true,
  "spending-limit": true,
  "agents-failed": true,
  internal: true,
};

/**
 * Whether a value is a code of ours. A model's error may come from another version of this package, or only look like
 * one.
 */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(known, value);
}

/** Every code. */
export const errorCodes: readonly ErrorCode[] = Object.keys(known).filter(isErrorCode);
