import { MassgenError } from "../errors.ts";
import { type ChatModel, contractVersion, type ModelCapabilities } from "../model/chat-model.ts";
import type { ChatRequest, Tool } from "../model/chat-request.ts";
import { type ToolCall, textOf } from "../model/message.ts";
import { isVoteName } from "../prompt/ballot-names.ts";
import type { FinishReason, ModelEvent, Usage } from "../model/model-event.ts";
import { shownAnswers } from "./shown-answers.ts";

/** One reply of a scripted model, or the error it throws. */
export type ScriptedReply =
  | string
  | {
      readonly text?: string;
      /** Several pieces instead of one `text`. */
      readonly pieces?: readonly string[];
      readonly reasoning?: string;
      readonly toolCalls?: readonly ToolCall[];
      readonly finishReason?: FinishReason;
      readonly usage?: Usage;
      /** Thrown after the text, or at once when there is none. */
      readonly error?: MassgenError;
      /** Waited for before the first event. */
      readonly after?: Promise<unknown>;
    };

export interface ScriptedModel extends ChatModel {
  /** Every request so far, in the order of the calls. */
  readonly requests: readonly ChatRequest[];
  /** The number of calls that were aborted. */
  readonly aborted: () => number;
}

/**
 * A model that answers from a script and keeps the contract's ten promises, for testing code that uses models.
 *
 * @param script returns the reply to a request; `n` counts this model's calls from 1
 */
export function scriptedModel(
  script: (request: ChatRequest, n: number) => ScriptedReply | Promise<ScriptedReply>,
  options: { readonly model?: string; readonly capabilities?: ModelCapabilities } = {},
): ScriptedModel {
  const requests: ChatRequest[] = [];
  let aborted = 0;
  return {
    contract: contractVersion,
    model: options.model ?? "scripted",
    ...(options.capabilities && { capabilities: options.capabilities }),
    requests,
    aborted: () => aborted,
    stream: async function* (request): AsyncGenerator<ModelEvent> {
      const check = (): void => {
        if (!request.signal?.aborted) return;
        aborted++;
        throw new MassgenError("aborted", "the call was aborted");
      };
      if (request.signal?.aborted) throw new MassgenError("aborted", "the call was aborted");
      requests.push(request);
      const reply = await untilAborted(Promise.resolve(script(request, requests.length)), request.signal);
      check();
      const events = typeof reply === "string" ? { text: reply } : (reply ?? {});
      if (events.after) await untilAborted(events.after, request.signal);
      for (const event of eventsOf(events)) {
        check();
        yield event;
      }
      check();
      if (events.error) throw events.error;
      const reason = events.finishReason ?? (events.toolCalls ? "tool-calls" : "stop");
      yield { type: "finish", reason, ...(events.usage && { usage: events.usage }) };
    },
  };
}

/** A vote, as a model casts it with the vote tool. */
export function vote(label: string, reason = "it is the best"): ScriptedReply {
  return { toolCalls: [{ id: "call_vote", name: "vote", arguments: JSON.stringify({ agent_id: label, reason }) }] };
}

/** A new answer instead of a vote. */
export function newAnswer(content: string): ScriptedReply {
  return { toolCalls: [{ id: "call_new", name: "new_answer", arguments: JSON.stringify({ content }) }] };
}

/**
 * Whether a tool is that of a ballot: by its name and its argument, since a client's tools may be called `vote` as
 * well.
 */
export function isVoteTool({ name, parameters }: Pick<Tool, "name" | "parameters">): boolean {
  if (!isVoteName(name) || parameters === undefined) return isVoteName(name);
  const { properties } = parameters;
  return typeof properties === "object" && properties !== null && Object.hasOwn(properties, "agent_id");
}

/** The phase that a request belongs to, judging by its shape as a model would. */
export function phaseOf(request: ChatRequest): "draft" | "ballot" | "presentation" {
  if (request.tools?.some(isVoteTool)) return "ballot";
  return answersIn(request).size > 0 ? "presentation" : "draft";
}

/** The answers a ballot or presentation request shows, by label. */
export function answersIn(request: ChatRequest): ReadonlyMap<string, string> {
  for (const message of request.messages.toReversed()) {
    const shown = message.role === "user" ? shownAnswers(textOf(message)) : undefined;
    if (shown) return new Map(shown.map(({ label, text }) => [label, text]));
  }
  return new Map();
}

/** The label under which a request shows this text. */
export function labelOf(request: ChatRequest, text: string): string {
  for (const [label, answer] of answersIn(request)) if (answer === text) return label;
  throw new RangeError(`no answer "${text.slice(0, 40)}" in this request`);
}

function* eventsOf(reply: Exclude<ScriptedReply, string>): Generator<ModelEvent> {
  if (reply.reasoning !== undefined) yield { type: "reasoning-delta", text: reply.reasoning };
  for (const text of reply.pieces ?? (reply.text === undefined ? [] : [reply.text])) yield { type: "text-delta", text };
  for (const call of reply.toolCalls ?? []) yield { type: "tool-call", ...call };
}

/** The promise, rejected on abort: a script that never answers must not outlive its call. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
