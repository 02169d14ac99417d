import { oneLine } from "../coordination/labels.ts";
import type { Failure } from "../coordination/receipt.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { RunEvent } from "../run/run-event.ts";
import { blocksOf, maxShownCalls } from "./answer-block.ts";
import { wordsForClients } from "./client-words.ts";
import { quotation } from "./quotation.ts";

type Audience = CoordinationSettings["audience"];
type Of<T extends RunEvent["type"]> = Extract<RunEvent, { readonly type: T }>;

const maxLine = 4000;

/**
 * An event as trace lines, `[<agent or orchestrator>] text`, without line ends; none for events that show nothing at
 * this level. Each is one line whatever a model wrote, so nobody can forge one. The text of the final answer shows
 * nothing, and neither does the call that writes it. An answer of more than 100,000 characters is shown without its
 * middle; other lines end after 4,000.
 *
 * @param audience clients read what a failure means to them; an operator also reads what the provider said
 */
export function traceLines(
  event: RunEvent,
  level: CoordinationSettings["traces"],
  audience: Audience = "client",
): string[] {
  if (level === "off") return [];
  const line = lineOf(event, audience);
  const lines = line === undefined ? [] : [line.length > maxLine ? `${line.slice(0, maxLine)}…` : line];
  return [...lines, ...blocksOf(event, level)].map(oneLine);
}

function lineOf(event: RunEvent, audience: Audience): string | undefined {
  switch (event.type) {
    case "run-started":
      return event.agents.length === 0 ? undefined : `[orchestrator] Team: ${event.agents.map(member).join(", ")}`;
    case "draft-started":
      return `[${event.agentId}] Drafting...`;
    case "draft-finished":
      return event.final ? undefined : `[${event.agentId}] ${drafted(event)}`;
    case "call-queued":
      return `[${event.agentId}] Waiting for its turn${atLeast(event.leastMs)} (${event.reason})`;
    case "call-retried":
      return `[${event.agentId}] ${retry(event)}: ${reason(event.failure, audience)}`;
    case "fallback-started":
      return `[${event.agentId}] Goes on with ${event.model}: ${reason(event.failure, audience)}`;
    case "call-lost":
      return event.again ? `[${event.agentId}] Asked again: the process that asked it is gone` : undefined;
    case "reply-rejected":
      return `[${event.agentId}] Asked again: ${event.problem}`;
    case "agent-failed":
      return `[${event.agentId}] ${failed(event, audience)}`;
    case "agent-dropped":
      return `[${event.agentId}] ${event.called ? "Dropped" : "Not asked"}: ${dropped(event)}`;
    case "agent-spared":
      return `[${event.agentId}] ${spared(event)}`;
    case "agents-held":
      return `[orchestrator] ${held(event)}`;
    case "others-called":
      return `[orchestrator] Asking ${event.agentIds.join(", ")} as well: ${needs.get(event.why) ?? "they are needed"}`;
    case "agent-excluded":
      return `[${event.agentId}] Takes no part: ${event.why === "images" ? "cannot see images" : "the budget is used up"}`;
    case "parameters-dropped":
      return event.final
        ? undefined
        : `[${event.agentId}] Went without ${event.names.join(", ")}: its model takes none`;
    case "agreement-reached":
      return `[orchestrator] ${agreed(event)}`;
    case "round-started":
      return `[orchestrator] ${ballot(event)}`;
    case "vote-cast": {
      const choice = answerOf(event.choice, event.candidate);
      return `[${event.agentId}] Votes for ${choice}${event.reason === "" ? "" : `: ${event.reason}`}`;
    }
    case "answer-revised":
      return `[${event.agentId}] Answered anew: "${quotation(event.candidate.text)}"`;
    case "vote-abstained":
      return `[${event.agentId}] Abstained: ${event.problem}`;
    case "round-voided":
      return "[orchestrator] A new answer came in: this vote does not count";
    case "limit-reached":
      return `[orchestrator] ${event.limit === "deadline" ? "Out of time" : "Budget used up"}: ${event.consequence}`;
    case "answer-now":
      return `[orchestrator] Asked to answer now: ${event.consequence}`;
    case "winner-selected":
      return `[orchestrator] Selected ${answerOf(event.agentId, event.candidate)} (${verdict(event)})`;
    case "presentation-started":
      return `[${event.agentId}] Writing the final answer from ${drafts(event.candidates)}...`;
    case "presentation-failed":
      return `[${event.agentId}] ${unwritten(event, audience)}`;
    case "answer-started":
      return `[orchestrator] ${summary(event)}`;
    case "call-sent":
    case "retry-started":
    case "content-delta":
    case "reasoning-delta":
    case "draft-delta":
    case "tool-calls":
    case "run-finished":
      return undefined;
  }
}

function dropped({ why }: Of<"agent-dropped">): string {
  if (why === "answer-now") return "the answer is wanted now";
  return why === "straggler" ? "the others do not wait longer" : "out of time";
}

function spared({ agreeing, of, called }: Of<"agent-spared">): string {
  if (agreeing === undefined) return `${called ? "Vote not needed" : "Not asked to vote"}: the result is certain`;
  return `${called ? "Draft not needed" : "Not asked"}: ${agreeing} of ${of} already agree`;
}

function held({ phase, agentIds }: Of<"agents-held">): string {
  const one = agentIds.length === 1;
  const does = phase === "draft" ? (one ? "drafts" : "draft") : one ? "votes" : "vote";
  return `${agentIds.join(", ")} ${does} only if the others do not ${phase === "draft" ? "agree" : "decide"}`;
}

const needs: ReadonlyMap<Of<"others-called">["why"], string> = new Map([
  ["difference", "the first answers do not agree"],
  ["failure", "one of the first gave no answer"],
  ["repair", "a reply had to be asked for again"],
  ["slow", "the others take long"],
  ["undecided", "the first votes do not decide"],
]);

function agreed({ agentIds, of, exhaustive }: Of<"agreement-reached">): string {
  const vote = exhaustive ? "that decides, and the vote is held to measure it" : "no vote needed";
  return `${agentIds.length} of ${of} agents gave the same answer: ${vote}`;
}

function member({ id, model }: { readonly id: string; readonly model: string }): string {
  return `${id} (${model})`;
}

function drafted({ candidate, tookMs }: Of<"draft-finished">): string {
  const { text, toolCalls, violation } = candidate;
  const format = violation === undefined ? "" : `, not in the requested format (${violation})`;
  const names = toolCalls.slice(0, maxShownCalls).map((call) => call.name);
  const others = toolCalls.length > names.length ? ` and ${toolCalls.length - names.length} more` : "";
  const said = names.length === 0 ? `"${quotation(text)}"` : `calls ${names.join(", ")}${others}`;
  return `Answered in ${seconds(tookMs)}${format}: ${said}`;
}

function retry({ failure, delayMs }: Of<"call-retried">): string {
  return failure.code === "context-length" ? "Trying again with less text" : `Trying again in ${seconds(delayMs)}`;
}

function failed({ phase, failure, remaining }: Of<"agent-failed">, audience: Audience): string {
  const others = remaining > 1 ? " The others go on." : remaining === 1 ? " The other one goes on." : "";
  return `Did not ${phase === "ballot" ? "vote" : "answer"}: ${reason(failure, audience)}.${others}`;
}

function unwritten({ failure, next }: Of<"presentation-failed">, audience: Audience): string {
  const instead = next === undefined ? "The winning answer takes its place." : `${next} takes over.`;
  return `Did not finish the final answer: ${reason(failure, audience)}. ${instead}`;
}

function reason({ code, message }: Failure, audience: Audience): string {
  return audience === "client" ? wordsForClients(code) : `${wordsForClients(code)} (${message})`;
}

function ballot({ round, voters, candidates }: Of<"round-started">): string {
  const judges = `${count(voters.length, "agent")} ${voters.length === 1 ? "judges" : "judge"}`;
  return `${round === 1 ? "Voting" : "Voting again"}: ${judges} ${count(candidates.length, "anonymous answer")}`;
}

/** An agent by its id; its second or third answer by number as well. */
function answerOf(agentId: string, candidate: string): string {
  const version = candidate.startsWith(`${agentId}@`) ? candidate.slice(agentId.length + 1) : "";
  return version === "" ? agentId : `${agentId}, answer ${version}`;
}

function verdict({ agentId, outcome, votes, cast, candidates, finalAnswer }: Of<"winner-selected">): string {
  if (outcome === "single") return "the only answer";
  if (outcome === "tied") {
    const end = finalAnswer === "select" ? "its draft is the answer" : `writes from ${drafts(candidates)}`;
    return `${cast === 0 ? "no vote counted" : "no majority"}; ${agentId} was drawn and ${end}`;
  }
  return cast === 0 ? "agreement" : `${votes} of ${count(cast, "vote")}`;
}

function drafts(candidates: number): string {
  if (candidates === 1) return "the only draft";
  return candidates === 2 ? "both drafts" : `all ${candidates} drafts`;
}

/** Without what is not known before the answer is written: what writing it takes. */
function summary({ atMs, written, calls, usage, costUsd, costsMore, failedAgents, of }: Of<"answer-started">): string {
  const tokens = usage && (usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0));
  const figures = [
    count(calls, "call"),
    seconds(atMs),
    ...(tokens === undefined ? [] : [count(tokens, "token")]),
    ...(costUsd === undefined ? [] : [`${dollars(costUsd)}${costsMore ? " or more" : ""}`]),
  ].join(", ");
  const failures = failedAgents === 0 ? "" : `; ${failedAgents} of ${count(of, "agent")} failed`;
  return `${figures}${written ? "" : " so far"}${failures}`;
}

function count(things: number, name: string): string {
  return `${grouped(things)} ${name}${things === 1 ? "" : "s"}`;
}

/** A whole number with its thousands apart. By hand, for `toLocaleString` takes longer than all else of a line. */
function grouped(whole: number): string {
  const digits = String(whole);
  const first = digits.length % 3;
  const groups = first === 0 ? [] : [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 3) groups.push(digits.slice(at, at + 3));
  return groups.join(",");
}

/** To the cent from a dollar on, else to a hundredth of a cent. */
function dollars(usd: number): string {
  if (usd > 0 && usd < 0.0001) return "less than $0.0001";
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}

function atLeast(ms: number): string {
  return ms < 1000 ? "" : `, ${seconds(ms)} or more`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
