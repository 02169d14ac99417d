import type { ToolCall } from "../model/message.ts";
import type { AnswerRules } from "./answer-rules.ts";
import { parseObject } from "./json-object.ts";

/** An answer's calls that may go to the client, or why the answer cannot be used. */
export interface ReadCalls {
  readonly toolCalls: readonly ToolCall[];
  readonly problem?: string;
}

/**
 * Checks a model's tool calls against the client's request. Calls of tools that are not allowed are dropped, and so are
 * all but the first if only one is allowed. Missing or null arguments become `{}`; arguments that are not a JSON object
 * are never passed on. Every call gets an id that is unique among these calls and in the conversation.
 */
export function readCalls(calls: readonly ToolCall[], rules: AnswerRules, callId: string): ReadCalls {
  const names = callable(rules);
  const allowed = calls.filter(({ name }) => names.has(name));
  const kept = (rules.parallelToolCalls ? allowed : allowed.slice(0, 1)).map(withArguments);
  const broken = kept.find((call) => parseObject(call.arguments) === undefined);
  if (broken) return { toolCalls: [], problem: `the arguments of \`${broken.name}\` are not a JSON object` };
  return { toolCalls: withIds(kept, rules, callId) };
}

function callable({ tools, toolChoice }: AnswerRules): ReadonlySet<string> {
  if (toolChoice === "none") return new Set();
  const names = tools.map(({ name }) => name);
  return new Set(typeof toolChoice === "object" ? names.filter((name) => name === toolChoice.name) : names);
}

function withArguments(call: ToolCall): ToolCall {
  return ["", "null"].includes(call.arguments.trim()) ? { ...call, arguments: "{}" } : call;
}

function withIds(calls: readonly ToolCall[], { takenIds, newId }: AnswerRules, callId: string): readonly ToolCall[] {
  const taken = new Set(takenIds);
  return calls.map((call, i) => {
    let { id } = call;
    for (let n = 0; id === "" || taken.has(id); n++) id = newId(`${callId} ${i} ${n}`);
    taken.add(id);
    return id === call.id ? call : { ...call, id };
  });
}
