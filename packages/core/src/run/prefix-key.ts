import { hash } from "node:crypto";
import type { CallPurpose } from "../coordination/effect.ts";
import type { RunRequest } from "../run-request.ts";

/** Clients move their marks from turn to turn, and what a provider keeps with a call may be of any kind. */
const leftOut: ReadonlySet<string> = new Set(["cacheFor", "opaque"]);

/**
 * Says which conversation a request belongs to: the same for all its turns. Made of the client's own key, or else of
 * the messages up to the first that is not an instruction. Takes time that grows with these.
 */
export function threadOf({ cacheKey, messages }: Pick<RunRequest, "cacheKey" | "messages">): string {
  if (cacheKey !== undefined) return hash("sha256", `key ${cacheKey}`);
  const first = messages.findIndex(({ role }) => role !== "system");
  const beginning = first === -1 ? messages : messages.slice(0, first + 1);
  const written = JSON.stringify(beginning, (name, value: unknown) => (leftOut.has(name) ? undefined : value));
  return hash("sha256", `messages ${written}`);
}

/** Drafts and final answers of an agent begin alike; its ballots have other tools. */
export function prefixKey(thread: string, agentId: string, { phase }: CallPurpose): string {
  const purpose = phase === "ballot" ? "ballot" : "answer";
  return `massgen-${hash("sha256", `${thread} ${purpose} ${agentId}`).slice(0, 32)}`;
}
