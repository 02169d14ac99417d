import type { ChatRequest, Tool } from "@massgen/core/model";
import { listOf, objectOf } from "@massgen/provider-kit/parts";
import { isVoteTool, type ShownAnswer } from "@massgen/core/testing";
import { answersShown, holdsImage, questionOf } from "./answers.ts";
import { sampleOf } from "./sample.ts";
import { notice, type Voice } from "./voice.ts";

/** What a demo agent replies: a text, or a call of a tool. */
export type DemoReply =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "call"; readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };

/**
 * Replies to a request, always the same way for the same request and voice. Given a `vote` tool it votes; where a tool
 * call is demanded it makes one up; where answers are shown it presents; otherwise it drafts. It never calls an
 * optional tool.
 */
export function replyTo(request: ChatRequest, voice: Voice): DemoReply {
  const ballot = request.tools?.find(isVoteTool);
  const shown = answersShown(request);
  if (ballot !== undefined) return vote(ballot, shown ?? []);
  const demanded = demandedTool(request);
  if (demanded !== undefined) return madeUpCall(demanded);
  return { type: "text", text: shown === undefined ? draft(request, voice) : presentation(request, shown) };
}

function demandedTool({ tools, toolChoice }: ChatRequest): Tool | undefined {
  if (toolChoice === "required") return tools?.[0];
  return typeof toolChoice === "object" ? tools?.find((tool) => tool.name === toolChoice.name) : undefined;
}

/** The same call in every voice, so that the team agrees. */
function madeUpCall({ name, parameters }: Tool): DemoReply {
  return { type: "call", name, arguments: objectOf(sampleOf({ type: "object", ...parameters }, "demo")) ?? {} };
}

/**
 * Every voter prefers the longest answer. Only its author, who may not see it, votes for another one, so there is a
 * majority.
 */
function vote(ballot: Tool, shown: readonly ShownAnswer[]): DemoReply {
  const labels = allowedLabels(ballot);
  const choices = shown.filter(({ label }) => labels.length === 0 || labels.includes(label));
  const [best] = choices.toSorted((a, b) => b.text.length - a.text.length || (a.text < b.text ? -1 : 1));
  const choice = best?.label ?? labels[0] ?? "agent1";
  const words = best?.text.split(/\s+/).length ?? 0;
  const others = choices.length > 1 ? `it says the most of the ${choices.length} answers` : "it is the answer there is";
  const reason = `Demo vote: ${others} (${words} words).`;
  return { type: "call", name: ballot.name, arguments: { agent_id: choice, reason } };
}

function allowedLabels(ballot: Tool): string[] {
  const field = objectOf(objectOf(ballot.parameters?.["properties"])?.["agent_id"]);
  return listOf(field?.["enum"]).filter((label) => typeof label === "string");
}

function draft(request: ChatRequest, voice: Voice): string {
  const said = voice.draft(questionOf(request));
  // Traces quote the beginning, which is what tells the drafts apart.
  return inFormat(request, `${notice} ${said}`) ?? `${said}\n\n${notice}`;
}

function presentation(request: ChatRequest, shown: readonly ShownAnswer[]): string {
  const question = questionOf(request);
  const asked = question === "" ? "You asked nothing." : `You asked: "${question}"`;
  const drafts = shown.map(({ text }) => `- ${text.replace(notice, "").replace(/\s+/g, " ").trim()}`);
  const text = [
    notice,
    asked,
    ...toolResult(request),
    ...unusedParts(request),
    `The demo team drafted, voted, and put this together from ${shown.length === 1 ? "one draft" : `${shown.length} drafts`}:`,
    drafts.join("\n"),
    "For real answers, name your models in a config file, or set a provider's key such as OPENAI_API_KEY or GEMINI_API_KEY.",
  ];
  return inFormat(request, `${notice} ${asked}`) ?? text.join("\n\n");
}

/** The results of the client's tools that the request ends with. */
function toolResult({ messages }: ChatRequest): string[] {
  const answered = messages.at(-2);
  return answered?.role === "tool" ? [`${answered.name ?? "Your tool"} gave back: "${answered.content}"`] : [];
}

/** The parts of the request that the demo ignores, as words. */
function unusedParts(request: ChatRequest): string[] {
  const names = (request.tools ?? []).map((tool) => tool.name).join(", ");
  return [
    ...(holdsImage(request) ? ["You sent images: the demo sees none."] : []),
    ...(names === "" ? [] : [`You offered tools (${names}): the demo calls one only when tool_choice demands it.`]),
  ];
}

function inFormat({ responseFormat }: ChatRequest, text: string): string | undefined {
  switch (responseFormat?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json-object":
      return JSON.stringify({ answer: text });
    case "json-schema":
      return JSON.stringify(sampleOf(responseFormat.schema, text));
  }
}
