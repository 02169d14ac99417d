import type { UpstreamCall } from "./call.ts";
import { type Reply, text, vote } from "./reply.ts";
import type { Script } from "./upstream.ts";

type Part = (call: UpstreamCall) => Reply | Promise<Reply>;

/** A script by phase. What is left out: drafts differ by model, ballots go to `votesFor`, the final answer is fixed. */
export function teamScript(parts: { draft?: Part; ballot?: Part; presentation?: Part; votesFor?: string }): Script {
  return (call) => {
    switch (call.phase) {
      case "draft":
        return parts.draft?.(call) ?? text(draftOf(call.model));
      case "ballot":
        return parts.ballot?.(call) ?? vote(labelOf(call, draftOf(parts.votesFor ?? "gpt-4o")), "covers storage costs");
      case "presentation":
        return parts.presentation?.(call) ?? text("The final coordinated answer.");
    }
  };
}

/** What a model drafts unless the script says otherwise. */
export function draftOf(model: string): string {
  return `Draft by ${model}.`;
}

/** The label under which a voter sees an answer; its first label when it does not see it (its own answer, left out). */
export function labelOf(call: UpstreamCall, answer: string): string {
  return call.answers.find((shown) => shown.text === answer)?.label ?? call.labels[0] ?? "agent1";
}
