import { draw } from "../coordination/seeded.ts";
import { formatReader } from "../format/answer-format.ts";
import type { AnswerRules } from "../prompt/answer-rules.ts";
import type { RunRequest } from "../run-request.ts";

/**
 * What a request demands of every answer of its run.
 *
 * @throws MassgenError `invalid-request` with param `response_format` when the format's schema cannot be used
 */
export function rulesFor(request: RunRequest, runId: string): AnswerRules {
  const format = formatReader(request.responseFormat);
  const calls = request.messages.flatMap((message) => (message.role === "assistant" ? (message.toolCalls ?? []) : []));
  return {
    tools: request.tools ?? [],
    toolChoice: request.toolChoice ?? "auto",
    parallelToolCalls: request.parallelToolCalls ?? true,
    takenIds: new Set(calls.map((call) => call.id)),
    newId: (purpose) => `call_${hex(draw(runId, `id ${purpose}`))}${hex(draw(runId, `id, continued ${purpose}`))}`,
    ...(format && { format }),
  };
}

function hex(drawn: number): string {
  return Math.floor(drawn * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
}
