import { paced, text, vote, type Pace, type Reply } from "./reply.ts";
import type { UpstreamCall } from "./call.ts";
import type { Script } from "./upstream.ts";

function answerText(call: UpstreamCall, events: number): string {
  const words = call.phase === "draft" ? `Draft ${call.n} of ${call.model}.` : `Final answer of ${call.model}.`;
  // At least one character for each event.
  return words.padEnd(events, " .");
}

/**
 * A team without quarrels: drafts differ from call to call, every ballot is for the first candidate shown, the
 * presenter presents.
 * @param events into how many events a text is split
 */
export function agreeableTeam(events: number, pace?: Pace): Script {
  return (call) => {
    const [first = "agent1"] = call.labels;
    const reply: Reply =
      call.phase === "ballot" ? vote(first, "It came first.") : text(answerText(call, events), { chunks: events });
    return pace === undefined ? reply : paced(reply, pace);
  };
}
