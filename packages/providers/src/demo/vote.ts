import type { Tool } from "@massgen/core/model";
import type { ShownAnswer } from "@massgen/core/testing";
import { listOf, objectOf } from "@massgen/provider-kit/parts";
import { resultIn, type Task } from "./programs/task.ts";
import type { Voice } from "./voice.ts";

/** A vote, and why. */
export interface DemoVote {
  readonly agent_id: string;
  readonly reason: string;
}

/**
 * Votes for an answer with the voter's own result, of several for the one that shows how it was checked. Where nothing
 * can be worked out, no answer is better than another, and the vote says so; all voters then go by the alphabet, so
 * that there is a majority nevertheless.
 */
export function voteOf(ballot: Tool, shown: readonly ShownAnswer[], task: Task | undefined, voice: Voice): DemoVote {
  const labels = allowedLabels(ballot);
  const choices = shown
    .filter(({ label }) => labels.length === 0 || labels.includes(label))
    .toSorted((a, b) => (a.text < b.text ? -1 : 1));
  const [first, ...others] = choices;
  if (first === undefined) return { agent_id: labels[0] ?? "agent1", reason: "Demo vote: there is no answer to see." };
  if (others.length === 0) return { agent_id: first.label, reason: "Demo vote: it is the only answer." };
  if (task === undefined) {
    const reason = "Demo vote, without merit: no answer is better than another. This one is first in the alphabet.";
    return { agent_id: first.label, reason };
  }
  return judged(choices, task, voice.result(task));
}

function judged(choices: readonly ShownAnswer[], task: Task, own: string): DemoVote {
  const said = choices.map(({ label, text }) => ({ label, text, result: resultIn(text, task) }));
  const same = said.filter(({ result }) => result === own);
  const best = same.find(({ text }) => text.includes(task.checked)) ?? same[0];
  if (best === undefined) {
    const { label = "agent1", result } = said.find((other) => other.result !== undefined) ?? said[0] ?? {};
    const others = result === undefined ? "no answer gives a result that I can read" : `the others say ${result}`;
    return { agent_id: label, reason: `I get ${own}, but ${others}.` };
  }
  const wrong = said.find(({ result }) => result !== undefined && result !== own);
  const flaw = wrong === undefined ? "" : `; ${wrong.label} says ${wrong.result ?? ""}`;
  const check = same.length > 1 && best.text.includes(task.checked) ? ", and this one shows a check" : "";
  return { agent_id: best.label, reason: `I get ${own} too${flaw}${check}.` };
}

function allowedLabels(ballot: Tool): string[] {
  const field = objectOf(objectOf(ballot.parameters?.["properties"])?.["agent_id"]);
  return listOf(field?.["enum"]).filter((label) => typeof label === "string");
}
