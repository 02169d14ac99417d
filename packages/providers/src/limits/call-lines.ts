import { createHash } from "node:crypto";
import type { ModelSettings } from "@massgen/core/model";
import { createCallLine, type CallLine } from "./call-line.ts";
import type { Clock } from "@massgen/core/model";

/** The lines of a registry, one for each account. */
export interface CallLines {
  /** The line of an account, made on first use. */
  readonly lineOf: (account: string) => CallLine;
  /** Calls that wait in any of them. */
  readonly waiting: () => number;
  /** Sends everybody away who waits. */
  readonly close: () => void;
}

export function createCallLines(clock: Clock): CallLines {
  const lines = new Map<string, CallLine>();
  return {
    lineOf(account) {
      const line = lines.get(account) ?? createCallLine(clock);
      lines.set(account, line);
      return line;
    },
    waiting: () => [...lines.values()].reduce((sum, line) => sum + line.waiting(), 0),
    close() {
      for (const line of lines.values()) line.close();
    },
  };
}

/** A name for what providers count calls by: type, address and key. Tells nothing about the key. */
export function accountOf(type: string, { baseUrl = "", apiKey = "" }: ModelSettings): string {
  const address = withoutSlashes(URL.parse(baseUrl.trim())?.href ?? baseUrl);
  return createHash("sha256")
    .update(JSON.stringify([type, address, apiKey]))
    .digest("hex");
}

/** Without those at the end. By hand: a pattern would go over a run of them inside again and again. */
function withoutSlashes(address: string): string {
  let end = address.length;
  while (address[end - 1] === "/") end -= 1;
  return address.slice(0, end);
}
