import { quoted } from "../fields/field.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import type { Turn } from "./turns.ts";

/**
 * The first violation of Anthropic's order of calls and results: the turn after an assistant's calls has one result for
 * each.
 */
export function toolTurnProblem(turns: readonly Turn[]): FieldProblem | undefined {
  let open = new Set<string>();
  let askedAt = 0;
  for (const { message, index } of turns) {
    if (message.role === "system") continue;
    if (message.role === "user") {
      for (const block of message.content) {
        if (block.type !== "result") continue;
        if (!open.delete(block.callId)) return strayResult(index, block.callId);
      }
    }
    if (open.size > 0) return unanswered(askedAt, open);
    open = new Set();
    if (message.role !== "assistant") continue;
    askedAt = index;
    for (const block of message.content) {
      if (block.type !== "call") continue;
      if (open.has(block.call.id)) return repeated(index, block.call.id);
      open.add(block.call.id);
    }
  }
  return open.size > 0 ? unanswered(askedAt, open) : undefined;
}

function strayResult(index: number, id: string): FieldProblem {
  return fieldProblem(
    ["messages", index, "content"],
    `has a tool_result for ${quoted(id)}, but the assistant message before has no open tool_use with that id`,
  );
}

function unanswered(index: number, open: ReadonlySet<string>): FieldProblem {
  const [id] = open;
  return fieldProblem(
    ["messages", index, "content"],
    `has a tool_use with id ${quoted(id)} without a tool_result in the next message: send one for each`,
  );
}

function repeated(index: number, id: string): FieldProblem {
  return fieldProblem(["messages", index, "content"], `has two tool_use blocks with id ${quoted(id)}`);
}
