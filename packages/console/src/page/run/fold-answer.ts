import type { RunEvent } from "@massgen/core";
import type { Answer } from "./run-state.ts";

/** The final answer after one more event. */
export function foldAnswer(answer: Answer, event: RunEvent): Answer {
  const next = folded(answer, event);
  // What came before a numbered event is not sent again behind it.
  if (event.seq === undefined || next.keptChars === next.text.length) return next;
  return { ...next, keptChars: next.text.length, stale: false };
}

/** After a break, text that came since the last numbered event is sent again. */
export function reconnectedAnswer(answer: Answer): Answer {
  return answer.text.length > answer.keptChars ? { ...answer, stale: true } : answer;
}

function folded(answer: Answer, event: RunEvent): Answer {
  switch (event.type) {
    case "answer-started":
      return { ...answer, author: event.agentId };
    case "content-delta": {
      const before = answer.stale ? answer.text.slice(0, answer.keptChars) : answer.text;
      return { ...answer, text: before + event.text, stale: false };
    }
    case "tool-calls":
      return { ...answer, toolCalls: event.toolCalls };
    case "run-finished": {
      const { result } = event;
      if (result.status !== "answered") return answer;
      const author = result.receipt.presenter ?? result.receipt.winner ?? answer.author;
      return { ...answer, text: result.text, toolCalls: result.toolCalls, ...(author !== undefined && { author }) };
    }
    default:
      return answer;
  }
}
