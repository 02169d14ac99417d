import type { ToolCall } from "../model/message.ts";
import type { AnswerRules } from "./answer-rules.ts";

/** The calls of an answer that may go to the client, or why the answer cannot be used. */
export interface ReadCalls {
  readonly toolCalls: readonly ToolCall[];
  readonly problem?: string;
}

/**
 * Holds a model's tool calls to the client's request: calls of tools that may not be called are left out, and all but the first where
 * one is allowed. Arguments that are not there, or null, become `{}`; what is no JSON object is never passed on. Every call has an id that
 * neither another one nor the conversation has.
 */
export function readCalls(calls: readonly ToolCall[], rules: AnswerRules, callId: string): ReadCalls {
  const allowed = calls.filter(({ name }) => mayCall(name, rules));
  const kept = (rules.parallelToolCalls ? allowed : allowed.slice(0, 1)).map(withArguments);
  const broken = kept.find((call) => !isObjectText(call.arguments));
  if (broken) return { toolCalls: [], problem: `the arguments of \`${broken.name}\` are not a JSON object` };
  return { toolCalls: withIds(kept, rules, callId) };
}

function mayCall(name: string, { tools, toolChoice }: AnswerRules): boolean {
  if (toolChoice === "none") return false;
  if (typeof toolChoice === "object" && toolChoice.name !== name) return false;
  return tools.some((tool) => tool.name === name);
}

function withArguments(call: ToolCall): ToolCall {
  return ["", "null"].includes(call.arguments.trim()) ? { ...call, arguments: "{}" } : call;
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
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
