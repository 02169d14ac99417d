import { draw } from "../coordination/seeded.ts";
import type { AnswerRules } from "../prompt/answer-rules.ts";
import type { RunRequest } from "../run-request.ts";

/** What a request requires of every answer, except the format, which takes a worker to check. */
export function rulesFor(request: RunRequest, runId: string): AnswerRules {
  const calls = request.messages.flatMap((message) => (message.role === "assistant" ? (message.toolCalls ?? []) : []));
  return {
    tools: request.tools ?? [],
    toolChoice: request.toolChoice ?? "auto",
    parallelToolCalls: request.parallelToolCalls ?? true,
    takenIds: new Set(calls.map((call) => call.id)),
    newId: (purpose) => `call_${hex(draw(runId, `id ${purpose}`))}${hex(draw(runId, `id, continued ${purpose}`))}`,
  };
}

function hex(drawn: number): string {
  return Math.floor(drawn * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
}
