import type { Candidate, LoggedEvent } from "@massgen/core";
import { plainLine } from "../../terminal/plain-text.ts";
import { counted, shownDuration } from "../amounts.ts";
import { type Layout, quoted, words } from "./layout.ts";
import { type EndedRun, eventsOf, modelOf, type ToldRun } from "./told-run.ts";

/** Each draft, in the order in which they came. */
export function drafts(told: ToldRun, layout: Layout): readonly string[] {
  return eventsOf(told, "draft-finished").flatMap(({ agentId, candidate, tookMs }) => {
    const model = told.run.setup.members.find(({ id }) => id === agentId)?.model ?? "";
    const used = told.result ? modelOf(told.result.receipt, agentId) : model;
    return [
      ...words(`${agentId} (${plainLine(used)}), after ${shownDuration(tookMs)}${remarks(candidate)}:`, layout),
      ...answer(candidate, layout),
    ];
  });
}

function remarks({ cut, violation }: Candidate): string {
  const broken = violation === undefined ? "" : `, breaks the requested format: ${plainLine(violation, 200)}`;
  return `${cut ? ", cut at its token limit" : ""}${broken}`;
}

function answer({ text, toolCalls }: Pick<Candidate, "text" | "toolCalls">, layout: Layout): readonly string[] {
  const calls = toolCalls.flatMap(({ name, arguments: args }) => quoted(`calls ${name}(${args})`, layout));
  return text.trim() === "" && calls.length > 0 ? calls : [...quoted(text, layout), ...calls];
}

/** Each vote with its reason, round by round. */
export function votes(told: ToldRun, layout: Layout): readonly string[] {
  return told.events.flatMap((event) => voteLines(event, layout));
}

function voteLines(event: LoggedEvent, layout: Layout): readonly string[] {
  switch (event.type) {
    case "round-started": {
      const { round, voters, candidates, revisable } = event;
      const anew = revisable ? "; a voter may answer anew instead" : "";
      return words(
        `Round ${round}: ${counted(voters.length, "agent")} ${voters.length === 1 ? "votes" : "vote"} on ${counted(candidates.length, "answer")}${anew}`,
        layout,
      );
    }
    case "vote-cast": {
      const { agentId, choice, reason, position, shown } = event;
      const why = plainLine(reason, layout.mostChars);
      return words(
        `${agentId} votes for ${choice === agentId ? "itself" : choice} (${position} of ${shown})${why === "" ? ", without a reason" : `: ${why}`}`,
        layout,
        4,
      );
    }
    case "vote-abstained":
      return words(
        `${event.agentId} votes for nobody: its vote could not be read (${plainLine(event.problem, 200)})`,
        layout,
        4,
      );
    case "answer-revised":
      return [
        ...words(`${event.agentId} answered anew instead of voting:`, layout, 4),
        ...quoted(event.candidate.text, layout),
      ];
    case "round-voided":
      return words(`Round ${event.round} does not count, since there is a new answer to vote on.`, layout, 4);
    case "agents-held":
      return event.phase === "ballot"
        ? words(`${event.agentIds.join(", ")} would be asked only if the others did not decide.`, layout, 4)
        : [];
    case "agent-spared":
      return event.phase === "ballot"
        ? words(`${event.agentId} did not have to vote: the result was certain.`, layout, 4)
        : [];
    default:
      return [];
  }
}

/** What went to the client, and who wrote it. */
export function finalAnswer(told: EndedRun, layout: Layout): readonly string[] {
  const { result } = told;
  if (result.status !== "answered") return [];
  const { finalAnswer: kind, presenter = "", winner = presenter } = result.receipt;
  const written =
    kind === "synthesize"
      ? `${presenter}${presenter === winner ? "" : `, in place of ${winner},`} wrote it anew from all answers:`
      : `${winner}'s answer, as it was:`;
  const cut = result.finishReason === "length" ? ["  It was cut at its token limit."] : [];
  return [...words(written, layout), ...answer(result, layout), ...cut];
}
