import type { CoordinationSettings, RunEvent } from "@massgen/core";
import { wholeText } from "./whole-text.ts";

export type TraceLevel = CoordinationSettings["traces"];

/** How events become trace lines: core's `traceLines`. */
export type TraceLines = (event: RunEvent, level: TraceLevel) => readonly string[];

/** Turns the events of one run, in order, into the pieces of the text of its traces. */
export interface TracesFold {
  /** What this event adds: often nothing. All pieces together are the whole text, lines parted by one line feed. */
  readonly next: (event: RunEvent) => string;
}

const lineBreaks = /[\n\v\f\u0085\u2028\u2029]/g;

/**
 * A piece holds whole lines, and every piece but the first starts with the line feed that ends the line before. Only
 * the reasoning of a model that is writing arrives in parts; each of its lines is prefixed with its agent, so that it
 * cannot pass for a line of somebody else. Once the answer has begun, nothing is added.
 */
export function foldTraces(level: TraceLevel, traceLines: TraceLines): TracesFold {
  const text = wholeText();
  let begun = false;
  let answering = false;
  /** The agent whose own reasoning is the unfinished last line. */
  let thinking: string | undefined;

  function startLine(): string {
    const separator = begun ? "\n" : "";
    begun = true;
    return separator;
  }

  return {
    next(event) {
      if (level === "off" || answering) return "";
      if ((event.type === "content-delta" && event.text !== "") || event.type === "tool-calls") {
        answering = true;
        return "";
      }
      if (event.type === "reasoning-delta") {
        const piece = level === "full" ? text.next(event.text.replaceAll("\r", "")) : "";
        if (piece === "") return "";
        const prefix = `[${event.agentId}] | `;
        const start = thinking === event.agentId ? "" : startLine() + prefix;
        thinking = event.agentId;
        return start + piece.replace(lineBreaks, () => `\n${prefix}`);
      }
      const lines = traceLines(event, level);
      if (lines.length === 0) return "";
      thinking = undefined;
      return startLine() + lines.join("\n");
    },
  };
}
