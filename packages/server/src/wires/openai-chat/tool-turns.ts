import { quoted } from "../fields/field.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import type { ParsedMessage } from "./message-schema.ts";

/** The calls of an assistant message, and which are still unanswered. */
interface ToolTurn {
  readonly index: number;
  /** Each call's position in the message, by id. */
  readonly calls: ReadonlyMap<string, number>;
  readonly open: Set<string>;
}

/**
 * The first violation of OpenAI's order of calls and answers: tool messages follow the assistant message whose calls
 * they answer, and each call is answered once, before any other message. Later turns may reuse ids.
 */
export function toolTurnProblem(messages: readonly ParsedMessage[]): FieldProblem | undefined {
  let turn: ToolTurn | undefined;
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      const problem = answerProblem(turn, message.tool_call_id, ["messages", index, "tool_call_id"]);
      if (problem !== undefined) return problem;
      turn?.open.delete(message.tool_call_id);
      continue;
    }
    const problem = openCallProblem(turn) ?? repeatedIdProblem(message, index);
    if (problem !== undefined) return problem;
    const calls = callsOf(message);
    turn = calls.size === 0 ? undefined : { index, calls, open: new Set(calls.keys()) };
  }
  return openCallProblem(turn);
}

function callsOf(message: ParsedMessage): ReadonlyMap<string, number> {
  if (message.role !== "assistant") return new Map();
  return new Map((message.tool_calls ?? []).map(({ id }, at) => [id, at]));
}

function repeatedIdProblem(message: ParsedMessage, index: number): FieldProblem | undefined {
  if (message.role !== "assistant") return undefined;
  const seen = new Set<string>();
  for (const [at, { id }] of (message.tool_calls ?? []).entries()) {
    if (seen.has(id)) {
      return fieldProblem(
        ["messages", index, "tool_calls", at, "id"],
        `is ${quoted(id)}, like that of an earlier call`,
      );
    }
    seen.add(id);
  }
  return undefined;
}

function answerProblem(
  turn: ToolTurn | undefined,
  id: string,
  path: readonly (string | number)[],
): FieldProblem | undefined {
  if (turn?.open.has(id)) return undefined;
  if (turn?.calls.has(id)) return fieldProblem(path, `is ${quoted(id)}, a call that is answered already`);
  return fieldProblem(path, `is ${quoted(id)}, but the assistant message before has no tool call with that id`);
}

function openCallProblem(turn: ToolTurn | undefined): FieldProblem | undefined {
  if (turn === undefined) return undefined;
  const [id] = turn.open;
  if (id === undefined) return undefined;
  const path = ["messages", turn.index, "tool_calls", turn.calls.get(id) ?? 0];
  return fieldProblem(path, `(id ${quoted(id)}) has no answer: send a tool message for each call before going on`);
}
