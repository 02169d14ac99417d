import type { CallPurpose, Reask } from "../coordination/effect.ts";
import type { ResponseFormat } from "../model/chat-request.ts";
import type { Message } from "../model/message.ts";
import { oneLine } from "../coordination/labels.ts";
import { disarm, shown } from "./foreign-text.ts";

/**
 * Describes the client's format to an author. The request carries the format too, but not every provider honours it,
 * and some require that the conversation mention JSON.
 */
export function formatInstruction(format: ResponseFormat | undefined): string | undefined {
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json-object":
      return "When you answer in text, write one JSON object and nothing else: no code fence, no word before or after it.";
    case "json-schema":
      return [
        "When you answer in text, write JSON that fits the JSON Schema below and nothing else: no code fence, no word before or after it.",
        JSON.stringify(format.schema),
      ].join("\n");
  }
}

/** Describes the format to a reader of other answers. */
export function formatNote(
  format: ResponseFormat | undefined,
  purpose: Exclude<CallPurpose, { phase: "draft" }>,
): string[] {
  if (format === undefined || format.type === "text") return [];
  if (purpose.phase === "presentation") {
    return [
      "Your answer must keep the format that was asked for at the beginning: the bare JSON, without a code fence.",
    ];
  }
  const note = "The user asked for an answer in JSON: judge what the JSON says.";
  if (!purpose.revisable) return [note];
  const fitting =
    format.type === "json-schema" ? `JSON that fits this schema: ${JSON.stringify(format.schema)}` : "one JSON object";
  return [`${note} The content of a new answer must be ${disarm(fitting)}`];
}

/** The note to an author whose answer could not be used. */
export function answerReminder({ problem, answer }: Reask): readonly Message[] {
  const told = `Your last reply could not be used: ${quoted(problem)}.`;
  if (answer === undefined) return [{ role: "user", content: `${told} Answer the conversation again.` }];
  const ask = "Write the whole answer again so that it keeps the format: the bare JSON and nothing else.";
  return [
    { role: "assistant", content: shown(answer) },
    { role: "user", content: `${told} ${ask}` },
  ];
}

const maxProblemChars = 1000;

/** What was wrong with a reply, on one line: it stands among our instructions and may quote anything. */
export function quoted(problem: string): string {
  return disarm(oneLine(problem.slice(0, maxProblemChars)));
}
