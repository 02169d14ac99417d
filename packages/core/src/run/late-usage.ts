import type { Fact } from "../coordination/event.ts";

/** How long usage is still accepted after the end, in milliseconds. */
export const lateMs = 2000;

/** What a fact says of a call's usage, which is all that counts after the end of the run; undefined for nothing. */
export function lateUsage(fact: Fact): Fact | undefined {
  if (!("usage" in fact) || fact.usage === undefined) return undefined;
  const { callId, usage, costUsd, timing, atMs } = fact;
  const cost = costUsd !== undefined && { costUsd };
  return { type: "usage-reported", callId, usage, ...cost, ...(timing && { timing }), atMs };
}
