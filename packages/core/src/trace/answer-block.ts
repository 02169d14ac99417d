import type { Candidate } from "../coordination/candidate.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { shorten } from "../prompt/foreign-text.ts";
import type { RunEvent } from "../run/run-event.ts";

/** Tool calls of one answer that are shown; further ones are only counted. */
export const maxShownCalls = 20;

type Shown = Pick<Candidate, "text" | "toolCalls">;

/** Answers and the reasoning behind them, line by line, at the levels that show them. */
export function blocksOf(event: RunEvent, level: CoordinationSettings["traces"]): string[] {
  if (level !== "full" && level !== "live") return [];
  switch (event.type) {
    case "draft-finished": {
      const { agentId, reasoning, final, candidate } = event;
      if (final) return [];
      return [
        ...(reasoning === undefined ? [] : block(`${agentId}] [reasoning`, reasoning)),
        // Live, its text was shown while it was written.
        ...answerBlock(agentId, level === "live" ? { ...candidate, text: "" } : candidate),
      ];
    }
    case "answer-revised":
      return answerBlock(event.agentId, event.candidate);
    default:
      return [];
  }
}

function answerBlock(agentId: string, { text, toolCalls }: Shown): string[] {
  const shown = toolCalls.slice(0, maxShownCalls);
  const calls = shown.flatMap((call) => block(agentId, `${call.name} ${shorten(call.arguments)}`));
  return text === "" ? calls : [...block(agentId, text), ...calls];
}

function block(name: string, text: string): string[] {
  return shorten(text)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `[${name}] | ${line}`);
}
