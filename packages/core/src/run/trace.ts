import type { RunEvent } from "./run-event.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";

/**
 * What an event looks like as trace lines (`[<agent or orchestrator>] text`), without line ends. Empty for events that show nothing
 * at this level. Every line is one line: line breaks inside model text become spaces or prefixed lines.
 */
export function traceLines(event: RunEvent, level: CoordinationSettings["traces"]): string[] {
  throw new Error(`to be written: ${event.type} ${level}`);
}
