import type { ChatRequest, Tool } from "@massgen/core/model";
import { objectOf } from "@massgen/provider-kit/parts";
import { isVoteTool, type ShownAnswer } from "@massgen/core/testing";
import { answersShown, askedIn, holdsImage, questionOf } from "./answers.ts";
import { claimOf, resultIn, type Task } from "./programs/task.ts";
import { taskIn } from "./programs/task-in.ts";
import { sampleOf } from "./sample.ts";
import { notice, skills, type Voice } from "./voice.ts";
import { voteOf } from "./vote.ts";

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
  if (ballot !== undefined) {
    return { type: "call", name: ballot.name, arguments: { ...voteOf(ballot, shown ?? [], taskOf(request), voice) } };
  }
  const demanded = demandedTool(request);
  if (demanded !== undefined) return madeUpCall(demanded);
  return { type: "text", text: shown === undefined ? draft(request, voice) : presentation(request, shown, voice) };
}

function demandedTool({ tools, toolChoice }: ChatRequest): Tool | undefined {
  if (toolChoice === "required") return tools?.[0];
  return typeof toolChoice === "object" ? tools?.find((tool) => tool.name === toolChoice.name) : undefined;
}

/** The same call in every voice, so that the team agrees. */
function madeUpCall({ name, parameters }: Tool): DemoReply {
  return { type: "call", name, arguments: objectOf(sampleOf({ type: "object", ...parameters }, "demo")) ?? {} };
}

function draft(request: ChatRequest, voice: Voice): string {
  const asked = taskOf(request);
  const question = questionOf(request);
  const said =
    asked === undefined
      ? `${question === "" ? "Without a question," : `Asked "${question}",`} ${voice.shrug}.`
      : voice.answer(asked);
  // Traces quote the beginning, which is what tells the drafts apart.
  return inFormat(request, `${notice} ${said}`) ?? `${said}\n\n${notice}`;
}

function presentation(request: ChatRequest, shown: readonly ShownAnswer[], voice: Voice): string {
  const asked = taskOf(request);
  const head = asked === undefined ? unanswered(request) : answered(asked, shown, voice);
  const drafts = shown.map(({ text }) => `- ${text.replace(notice, "").replace(/\s+/g, " ").trim()}`);
  const text = [
    ...(asked === undefined ? [notice, head] : [head]),
    ...toolResult(request),
    ...unusedParts(request),
    `The demo team put this together from ${shown.length === 1 ? "one draft" : `${shown.length} drafts`}:`,
    drafts.join("\n"),
    ...(asked === undefined ? [skills] : [notice]),
    "For answers of models: massgen init.",
  ];
  return inFormat(request, `${notice} ${head}`) ?? text.join("\n\n");
}

function unanswered(request: ChatRequest): string {
  const question = questionOf(request);
  return question === "" ? "You asked nothing." : `You asked: "${question}"`;
}

/** What most drafts say; the presenter's own result where no draft says more often than another. */
function answered(asked: Task, shown: readonly ShownAnswer[], voice: Voice): string {
  const results = shown.map(({ text }) => resultIn(text, asked));
  const count = (result: string): number => results.filter((other) => other === result).length;
  const own = voice.result(asked);
  const other = own === asked.right ? asked.sloppy : asked.right;
  return claimOf(asked, count(other) > count(own) ? other : own);
}

function taskOf(request: ChatRequest): Task | undefined {
  return taskIn(askedIn(request));
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
