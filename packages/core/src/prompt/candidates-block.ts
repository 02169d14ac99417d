import { canonicalJson } from "../coordination/agreement.ts";
import type { Candidate } from "../coordination/candidate.ts";
import { labelAt } from "../coordination/labels.ts";

const maxChars = 100_000;

/**
 * The candidates as a reader sees them, the same on a ballot and for presenting:
 *
 *     <CURRENT ANSWERS>
 *     <agent1>
 *     text
 *     </agent1>
 *     </CURRENT ANSWERS>
 */
export function candidatesBlock(candidates: readonly Candidate[]): string {
  const answers = candidates.map((candidate, i) => `<${labelAt(i)}>\n${candidateText(candidate)}\n</${labelAt(i)}>\n`);
  return `<CURRENT ANSWERS>\n${answers.join("")}</CURRENT ANSWERS>`;
}

/** What readers are told where a candidate calls tools: the line that stands for a call, `[tool call] name {...}`, explains little. */
export function toolCallNote(candidates: readonly Candidate[]): string[] {
  if (candidates.every((candidate) => candidate.toolCalls.length === 0)) return [];
  return [
    "A line that begins with [tool call] asks the user's application to run one of its tools with these arguments. Nothing has been run yet; the result would come back and the conversation go on from there.",
  ];
}

function candidateText(candidate: Candidate): string {
  const calls = candidate.toolCalls.map(
    (call) => `[tool call] ${call.name} ${canonicalJson(call.arguments) ?? call.arguments}`,
  );
  const text = [...(candidate.text === "" ? [] : [candidate.text]), ...calls].join("\n");
  const shown = disarm(shorten(text));
  return candidate.cut ? `${shown}\n[The answer breaks off here: its author reached its output limit.]` : shown;
}

/** An answer cannot open or close anybody's tag, nor the block itself. Nothing else of it changes. */
export function disarm(text: string): string {
  return text.replace(/<(?=\s*(?:\/\s*)?(?:agent\s*\d|CURRENT\s+ANSWERS))/gi, "&lt;");
}

/** A text that is too long, without its middle. */
export function shorten(text: string): string {
  if (text.length <= maxChars) return text;
  const half = maxChars / 2;
  const left = text.length - maxChars;
  // A cut between the halves of a character would leave what some providers refuse as malformed.
  const [head, tail] = [text.slice(0, half).toWellFormed(), text.slice(-half).toWellFormed()];
  return `${head}\n[... ${left} characters left out here ...]\n${tail}`;
}
