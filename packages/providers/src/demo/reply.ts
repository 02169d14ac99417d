import type { ChatRequest, Tool } from "@massgen/core/model";
import { listOf, objectOf } from "../wire/json-value.ts";
import { questionOf, shownAnswers, type ShownAnswer } from "./answers.ts";
import { sampleOf } from "./sample.ts";
import { notice, type Voice } from "./voice.ts";

/** What a demo agent replies: a text, or a vote. */
export type DemoReply =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "vote"; readonly choice: string; readonly reason: string };

/**
 * The reply to a request; the same one for the same request and voice. With a `vote` tool it votes, where answers are shown it
 * presents, otherwise it drafts. Other tools it leaves alone.
 */
export function replyTo(request: ChatRequest, voice: Voice): DemoReply {
  const ballot = request.tools?.find((tool) => tool.name === "vote");
  const shown = shownAnswers(request);
  if (ballot !== undefined) return vote(ballot, shown ?? []);
  const question = questionOf(request);
  const text = shown === undefined ? `${notice}\n\n${voice.draft(question)}` : presentation(question, shown);
  return { type: "text", text: inFormat(request, text) };
}

/** Every voter prefers the longest answer: at most its author, who may not see it, votes otherwise, so there is a majority. */
function vote(ballot: Tool, shown: readonly ShownAnswer[]): DemoReply {
  const labels = allowedLabels(ballot);
  const choices = shown.filter(({ label }) => labels.length === 0 || labels.includes(label));
  const [best] = choices.toSorted((a, b) => b.text.length - a.text.length || (a.text < b.text ? -1 : 1));
  const choice = best?.label ?? labels[0] ?? "agent1";
  const words = best?.text.split(/\s+/).length ?? 0;
  const others = choices.length > 1 ? `it says the most of the ${choices.length} answers` : "it is the answer there is";
  return { type: "vote", choice, reason: `Demo vote: ${others} (${words} words).` };
}

function allowedLabels(ballot: Tool): string[] {
  const field = objectOf(objectOf(ballot.parameters?.["properties"])?.["agent_id"]);
  return listOf(field?.["enum"]).filter((label) => typeof label === "string");
}

function presentation(question: string, shown: readonly ShownAnswer[]): string {
  const drafts = shown.map(({ text }) => `- ${text.replace(notice, "").replace(/\s+/g, " ").trim()}`);
  return [
    notice,
    question === "" ? "You asked nothing." : `You asked: "${question}"`,
    `The demo team drafted, voted, and put this together from ${shown.length === 1 ? "one draft" : `${shown.length} drafts`}:`,
    drafts.join("\n"),
    "For real answers, name your models in a config file, or set a provider's key such as OPENAI_API_KEY or GEMINI_API_KEY.",
  ].join("\n\n");
}

function inFormat({ responseFormat }: ChatRequest, text: string): string {
  switch (responseFormat?.type) {
    case undefined:
    case "text":
      return text;
    case "json-object":
      return JSON.stringify({ answer: text });
    case "json-schema":
      return JSON.stringify(sampleOf(responseFormat.schema, text));
  }
}
