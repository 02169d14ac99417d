import { liveDrafts, type RunEvent, type RunResult, type Run, traceLines } from "@massgen/core";
import type { CliContext } from "../context.ts";
import { plainStream } from "../terminal/plain-stream.ts";
import type { Interruption } from "./interruption.ts";

/** What of a run is written to stdout: its answer, its events as JSON lines, or nothing. */
type Printed = "answer" | "events" | "nothing";

export interface Printing {
  readonly context: CliContext;
  readonly interruption: Interruption;
  readonly printed: Printed;
  /** Whether stderr tells how the team decides. */
  readonly traces: boolean;
}

/**
 * Prints a run as it goes, for programs and files. Ends it when nobody reads stdout any more.
 *
 * @returns how it ended
 */
export async function printRun(run: Run, { context, interruption, printed, traces }: Printing): Promise<RunResult> {
  const { stdout, stderr, written, screen } = context;
  const print = async (text: string): Promise<void> => {
    stdout(text);
    if ((await written?.()) === false) interruption.leave();
  };
  const trace = tracer();
  interruption.onHint((hint) => traces && stderr(`${hint}\n`));
  // Others than terminals get every character as it was written.
  const plain = screen === undefined ? undefined : plainStream();
  let last = "";
  let result: RunResult | undefined;
  for await (const event of run.events({ drafts: traces })) {
    if (traces) for (const line of trace(event)) stderr(`${line}\n`);
    if (printed === "events" && event.type !== "draft-delta") await print(`${JSON.stringify(event)}\n`);
    if (printed === "answer" && event.type === "content-delta") {
      const text = plain?.push(event.text) ?? event.text;
      last = text || last;
      if (text !== "") await print(text);
    }
    if (event.type === "run-finished") result = event.result;
  }
  const rest = plain?.end() ?? "";
  last = rest || last;
  if (last !== "") await print(last.endsWith("\n") ? rest : `${rest}\n`);
  if (result === undefined) throw new TypeError("a run ended without its last event");
  return result;
}

/** The events of a run as lines, as much as its team shows. */
function tracer(): (event: RunEvent) => readonly string[] {
  const drafts = liveDrafts();
  let level: Parameters<typeof traceLines>[1] = "summary";
  return (event) => {
    if (event.type === "run-started") level = event.traces;
    return [...traceLines(event, level, "operator"), ...(level === "live" ? drafts(event) : [])];
  };
}
