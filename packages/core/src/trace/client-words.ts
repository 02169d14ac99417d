import type { ErrorCode } from "../errors.ts";

/** What clients read about a failure. The provider's own words may name hosts, keys and accounts. */
const clientWords: Readonly<Record<ErrorCode, string>> = {
  "rate-limited": "too many requests for now",
  quota: "out of quota",
  overloaded: "its provider is busy",
  "upstream-failed": "its provider failed",
  authentication: "its provider refused the key",
  permission: "its provider denied access",
  "not-found": "its provider does not have the model",
  "invalid-request": "its provider refused the request",
  "context-length": "the conversation is too long for its model",
  "content-filter": "stopped by a content filter",
  timeout: "too slow",
  connection: "the connection failed",
  truncated: "the connection broke",
  "invalid-response": "the reply could not be used",
  aborted: "stopped",
  configuration: "not set up correctly",
  "budget-exhausted": "the budget is used up",
  "spending-limit": "what its key may spend in a day is spent",
  "agents-failed": "its agents failed",
  internal: "a defect",
};

/** Words for a failure that hold nothing a provider said. An event of a host's own engine may bring any code. */
export function wordsForClients(code: ErrorCode): string {
  return Object.hasOwn(clientWords, code) ? clientWords[code] : "it failed";
}
