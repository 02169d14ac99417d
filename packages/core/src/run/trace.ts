import type { Candidate } from "../coordination/candidate.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { oneLine } from "../coordination/labels.ts";
import { shorten } from "../prompt/foreign-text.ts";
import type { RunEvent } from "./run-event.ts";

/**
 * What an event looks like as trace lines, `[<agent or orchestrator>] text`, without line ends; none for events that show nothing
 * at this level. Every line is one line, whatever a model wrote: nobody can forge one. What belongs to the call that
 * writes the final answer shows nothing, so that a streamed run has the same lines as a whole one. An answer of more
 * than 100,000 characters is shown without its middle, other lines end after 4,000.
 */
export function traceLines(event: RunEvent, level: CoordinationSettings["traces"]): string[] {
  if (level === "off") return [];
  const lines = linesOf(event).map((line) => (line.length > maxLine ? `${line.slice(0, maxLine)}…` : line));
  return [...lines, ...(level === "full" ? blocksOf(event) : [])].map(oneLine);
}

const maxLine = 4000;

type Shown = Pick<Candidate, "text" | "toolCalls">;

function linesOf(event: RunEvent): string[] {
  switch (event.type) {
    case "draft-started":
      return [`[${event.agentId}] Drafting...`];
    case "draft-finished":
      if (event.final) return [];
      return [
        `[${event.agentId}] Answered (${size(event.candidate)}, ${seconds(event.tookMs)})`,
        ...brokenFormat(event.agentId, event.candidate),
      ];
    case "call-queued":
      return [`[${event.agentId}] Waiting for its turn${atLeast(event.leastMs)} (${event.reason})`];
    case "call-retried":
      return [
        event.failure.code === "context-length"
          ? `[${event.agentId}] Trying again with a shorter prompt: ${event.failure.message}`
          : `[${event.agentId}] Trying again in ${seconds(event.delayMs)}: ${event.failure.message}`,
      ];
    case "reply-rejected":
      return [`[${event.agentId}] Asked again: ${event.problem}`];
    case "agent-failed":
      return [`[${event.agentId}] Failed: ${event.failure.message}`];
    case "agent-dropped":
      return [`[${event.agentId}] Dropped: ${event.why === "straggler" ? "the others are waiting" : "out of time"}`];
    case "agent-spared":
      return [`[${event.agentId}] Stopped: the result is certain without it`];
    case "agent-excluded":
      return [
        `[${event.agentId}] Takes no part: ${event.why === "images" ? "cannot see images" : "the budget does not reach"}`,
      ];
    case "parameters-dropped":
      return event.final
        ? []
        : [`[${event.agentId}] Went without ${event.names.join(", ")}: the model does not take it`];
    case "agreement-reached":
      return [`[orchestrator] ${event.agentIds.length} of ${event.of} agents gave the same answer: no vote needed`];
    case "round-started":
      return [
        `[orchestrator] Vote ${event.round}: ${count(event.voters, "agent")}, ${count(event.candidates, "answer")}`,
      ];
    case "vote-cast":
      return [`[${event.agentId}] Voted for ${event.candidate}${event.reason === "" ? "" : `: ${event.reason}`}`];
    case "answer-revised":
      return [`[${event.agentId}] Answered anew (${size(event.candidate)})`];
    case "vote-abstained":
      return [`[${event.agentId}] Abstained: ${event.problem}`];
    case "round-voided":
      return [`[orchestrator] A new answer came in: vote ${event.round} does not count`];
    case "limit-reached":
      return [`[orchestrator] ${event.limit === "deadline" ? "Out of time" : "Budget used up"}: ${event.consequence}`];
    case "winner-selected":
      return [`[orchestrator] Selected ${event.candidate} (${verdict(event)})`];
    case "presentation-started":
      return [`[${event.agentId}] Writing the final answer...`];
    case "presentation-failed":
      return [
        `[${event.agentId}] Failed to write the final answer: ${event.failure.message}`,
        ...(event.next === undefined ? ["[orchestrator] Falling back to the winning answer"] : []),
      ];
    case "run-started":
    case "call-sent":
    case "retry-started":
    case "content-delta":
    case "reasoning-delta":
    case "tool-calls":
    case "run-finished":
      return [];
  }
}

/** Answers and what led to them, line by line. */
function blocksOf(event: RunEvent): string[] {
  switch (event.type) {
    case "draft-finished": {
      const { agentId, reasoning, final } = event;
      if (final) return [];
      return [
        ...(reasoning === undefined ? [] : block(`${agentId}] [reasoning`, reasoning)),
        ...answerBlock(agentId, event.candidate),
      ];
    }
    case "answer-revised":
      return answerBlock(event.agentId, event.candidate);
    default:
      return [];
  }
}

const maxShownCalls = 20;

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

function brokenFormat(agentId: string, { violation }: { readonly violation?: string }): string[] {
  return violation === undefined ? [] : [`[${agentId}] The answer breaks the response format: ${violation}`];
}

function size(candidate: Shown): string {
  if (candidate.toolCalls.length === 0) return `${candidate.text.length} chars`;
  const names = candidate.toolCalls.slice(0, maxShownCalls).map((call) => call.name);
  const more = candidate.toolCalls.length - names.length;
  return `calls ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function verdict(event: Extract<RunEvent, { type: "winner-selected" }>): string {
  if (event.outcome === "single") return "the only answer";
  if (event.cast === 0) return event.outcome === "tied" ? "no votes, drawn by lot" : "agreement";
  const votes = `${event.votes} of ${event.cast} votes`;
  return event.outcome === "tied" ? `tied with ${votes}, drawn by lot` : votes;
}

function count(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? "" : "s"}`;
}

function atLeast(ms: number): string {
  return ms < 1000 ? "" : `, ${seconds(ms)} or more`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
