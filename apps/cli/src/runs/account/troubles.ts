import type { AgentReceipt } from "@massgen/core";
import { plainLine } from "../../terminal/plain-text.ts";
import { shownDuration } from "../amounts.ts";
import { type Layout, words } from "./layout.ts";
import { meaningOfReason, meaningOfStatus, whileDoing } from "./meanings.ts";
import { type EndedRun, eventsOf } from "./told-run.ts";
import { shownFailure } from "./verdict.ts";

/** Why an answer is degraded, and what that means. */
export function whyDegraded({ result }: EndedRun, layout: Layout): readonly string[] {
  const { reasons, agents } = result.receipt;
  const failed = agents.flatMap(({ id, failure, status }) =>
    failure && status === "failed" ? `${id}: ${failure.code}` : [],
  );
  const slow = agents.flatMap(({ id, status }) => (status === "too-slow" ? id : []));
  return reasons.flatMap((reason) => {
    const who =
      reason === "agent-failed" ? failed : reason === "straggler-dropped" || reason === "deadline" ? slow : [];
    const names = who.length > 0 ? ` (${who.join(", ")})` : "";
    return words(`${reason}${names}. ${meaningOfReason(reason)}`, layout);
  });
}

/** What went wrong, agent by agent, and what was tried again. */
export function troubles(told: EndedRun, layout: Layout): readonly string[] {
  const retries = eventsOf(told, "call-retried").map(
    ({ agentId, phase, failure, delayMs, atMs }) =>
      `${agentId} failed ${whileDoing(phase)} at ${shownDuration(atMs)}, and was asked again after ${shownDuration(delayMs)}. ${shownFailure(failure)}`,
  );
  const rejected = eventsOf(told, "reply-rejected").map(
    ({ agentId, phase, problem }) =>
      `${agentId} was asked again ${whileDoing(phase)}, since its reply was of no use: ${plainLine(problem, 200)}`,
  );
  const presentations = eventsOf(told, "presentation-failed").map(
    ({ agentId, failure, next }) =>
      `${agentId} failed while writing the final answer; ${next === undefined ? "a draft went out as it was" : `${next} wrote it instead`}. ${shownFailure(failure)}`,
  );
  const lost = eventsOf(told, "call-lost").map(
    ({ agentId, phase, again }) =>
      `The process that had asked ${agentId} died ${whileDoing(phase)}; ${again ? "it was asked again" : "it was not asked again"}.`,
  );
  const dropped = eventsOf(told, "parameters-dropped").map(
    ({ agentId, names }) =>
      `${agentId}'s provider takes no ${names.map((name) => plainLine(name, 60)).join(", ")}: left out.`,
  );
  const { agents } = told.result.receipt;
  const texts = [...agents.flatMap(agentTrouble), ...retries, ...rejected, ...presentations, ...lost, ...dropped];
  return texts.flatMap((text) => words(text, layout));
}

function agentTrouble({ id, model, status, failure, fallback }: AgentReceipt): readonly string[] {
  const who = `${id} (${plainLine(model)})`;
  const replaced = fallback
    ? [
        `${who} was replaced by ${plainLine(fallback.model)} ${whileDoing(fallback.failure.phase)}. ${shownFailure(fallback.failure)}`,
      ]
    : [];
  if (status === "completed") return replaced;
  const why = failure ? ` ${shownFailure(failure)}` : "";
  if (status !== "failed") return [...replaced, `${who} ${meaningOfStatus(status)}.${why}`];
  return [...replaced, `${who} failed for good${failure ? ` ${whileDoing(failure.phase)}` : ""}.${why}`];
}
