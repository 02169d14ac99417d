import { liveDrafts, traceLines, type CoordinationSettings, type RunEvent } from "@massgen/core";
import { wholeText } from "./whole-text.ts";

/** How much of a run its traces show: each shows more than those before it. */
export const traceLevels = ["off", "summary", "full", "live"] as const satisfies readonly TraceLevel[];

export type TraceLevel = CoordinationSettings["traces"];

/** Turns the events of one run, in order, into the text of its traces, piece by piece. */
export interface TracesFold {
  /**
   * The text that this event adds, often none. Together the pieces are the whole text, with a line feed after every
   * line.
   */
  readonly next: (event: RunEvent) => string;
}

const lineBreaks = /[\n\v\f\u0085\u2028\u2029]/g;

/**
 * A piece holds whole lines. Only the reasoning of a model that is writing arrives in parts; each of its lines begins
 * with its agent, so that it cannot pass for a line of another author. Once the answer has begun, nothing is added.
 */
export function foldTraces({ traces, audience }: Pick<CoordinationSettings, "traces" | "audience">): TracesFold {
  const text = wholeText();
  const drafts = traces === "live" ? liveDrafts() : () => [];
  let answering = false;
  /** The agent whose own reasoning is the unfinished last line. */
  let thinking: string | undefined;

  return {
    next(event) {
      if (traces === "off" || answering) return "";
      answering = (event.type === "content-delta" && event.text !== "") || event.type === "tool-calls";
      if (answering) return "";
      const open = thinking === undefined ? "" : "\n";
      if (event.type === "reasoning-delta") {
        const piece = traces === "summary" ? "" : text.next(event.text.replaceAll("\r", ""));
        if (piece === "") return "";
        const prefix = `[${event.agentId}] | `;
        const start = thinking === event.agentId ? "" : open + prefix;
        thinking = event.agentId;
        return start + piece.replace(lineBreaks, () => `\n${prefix}`);
      }
      const lines = [...drafts(event), ...traceLines(event, traces, audience)];
      if (lines.length === 0) return "";
      thinking = undefined;
      return `${open}${lines.join("\n")}\n`;
    },
  };
}
