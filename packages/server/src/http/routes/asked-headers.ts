import type { Request } from "express";
import { ProblemError } from "../../problem.ts";
import { traceLevels, type TraceLevel } from "../../runs/traces.ts";

/** The header by which a request asks for fewer traces than the configuration shows. */
const tracesHeader = "x-massgen-traces";

/** The header by which a request asks for each call in `massgen_metadata`. */
const callsHeader = "x-massgen-calls-detail";

/** The header by which a request asks for the events of its run beside the text of a stream. */
const eventsHeader = "x-massgen-events";

/** @throws ProblemError `invalid-value` for a level that does not exist */
export function wantedTraces(req: Request): TraceLevel | undefined {
  return wordIn(req, tracesHeader, traceLevels);
}

/** @throws ProblemError `invalid-value` for anything but 0 and 1 */
export function wantsCallsDetail(req: Request): boolean {
  return wordIn(req, callsHeader, ["0", "1"]) === "1";
}

/** @throws ProblemError `invalid-value` for anything but 0 and 1 */
export function wantsEvents(req: Request): boolean {
  return wordIn(req, eventsHeader, ["0", "1"]) === "1";
}

/** The headers of W3C Trace Context, unread. */
export function traceContextOf(req: Request): { traceparent?: string; tracestate?: string } {
  const [traceparent, tracestate] = [req.get("traceparent"), req.get("tracestate")];
  return { ...(traceparent !== undefined && { traceparent }), ...(tracestate !== undefined && { tracestate }) };
}

function wordIn<Word extends string>(req: Request, header: string, words: readonly Word[]): Word | undefined {
  const said = req.get(header);
  const word = words.find((known) => known === said);
  if (said === undefined || word !== undefined) return word;
  throw new ProblemError("invalid-value", `The header ${header} must be one of ${words.join(", ")}.`, {
    param: header,
  });
}
