import { ProblemError } from "../../problem.ts";
import { sizeOf } from "../../runs/size-of.ts";
import { fieldError } from "../fields/body.ts";
import { fieldProblem } from "../fields/field-problem.ts";
import { quoted } from "../fields/field.ts";
import type { Kept, Recall } from "../wire.ts";
import { ownerOf } from "./ids.ts";
import type { InputItem } from "./input-items.ts";
import type { ResponsesRequest } from "./request-schema.ts";
import type { Conversation, OwnRequest } from "./response.ts";

/** The longest chain of responses. */
const mostLinks = 200;

/**
 * The most characters that a request may take from earlier responses. The request itself is bounded by its body, but a
 * small one could name the same long answer a thousand times.
 */
const mostRecalled = 20_000_000;

/**
 * The whole conversation: that of the previous response, then the input with its references resolved.
 * @throws ProblemError `invalid-value` for a response or an item that is not here, or if too much is recalled
 */
export function conversationOf(request: ResponsesRequest, recall: Recall<OwnRequest>): Conversation {
  const before = request.previous_response_id ? continued(request.previous_response_id, recall) : undefined;
  const recalled = before?.size ?? 0;
  checkSize(recalled, "previous_response_id");
  const input = resolved(request.input, recall, recalled);
  return {
    items: [...(before?.items ?? []), ...input.items],
    links: before?.links ?? 0,
    size: recalled + input.size,
  };
}

/** The conversation up to the end of an earlier answer. */
function continued(id: string, recall: Recall<OwnRequest>): Conversation {
  const kept = recall(id);
  if (kept === undefined) {
    throw new ProblemError(
      "invalid-value",
      `The response ${quoted(id)} is not here or not finished; it may have expired. Send the whole conversation as 'input'.`,
      { param: "previous_response_id", code: "previous_response_not_found" },
    );
  }
  if (kept.imagesDropped) {
    const why = "its request was larger than 1 MB, so its images were not kept";
    const message = `The response ${quoted(id)} cannot be continued: ${why}. Send the whole conversation as 'input'.`;
    throw new ProblemError("invalid-value", message, {
      param: "previous_response_id",
      code: "previous_response_not_found",
    });
  }
  const { conversation } = kept.own;
  if (conversation.links >= mostLinks) {
    const complaint = `continues ${mostLinks} responses already: send the conversation as 'input'`;
    throw fieldError(fieldProblem(["previous_response_id"], complaint));
  }
  const answer = itemsOf(kept);
  return {
    items: [...conversation.items, ...answer],
    links: conversation.links + 1,
    size: conversation.size + sizeOf(answer),
  };
}

function itemsOf({ result: { text, toolCalls } }: Kept<OwnRequest>): readonly InputItem[] {
  const message: InputItem = { type: "message", role: "assistant", content: text };
  const calls = toolCalls.map((call): InputItem => ({ type: "call", call }));
  return [...(text === "" ? [] : [message]), ...calls];
}

/** Replaces references by what they name. */
function resolved(
  items: readonly InputItem[],
  recall: Recall<OwnRequest>,
  before: number,
): Pick<Conversation, "items" | "size"> {
  let recalled = before;
  const found = items.map((item, index) => {
    if (item.type !== "reference") return item;
    const named = referred(item.id, recall);
    if (named === undefined) {
      const complaint = `is ${quoted(item.id)}, an item that is not kept here: send the item itself`;
      throw fieldError(fieldProblem(["input", index, "id"], complaint));
    }
    recalled += sizeOf(named);
    checkSize(recalled, "input");
    return named;
  });
  return { items: found, size: sizeOf(found) };
}

function referred(id: string, recall: Recall<OwnRequest>): InputItem | undefined {
  if (id.startsWith("rs_")) return { type: "nothing" };
  const owner = ownerOf(id);
  const result = owner === undefined ? undefined : recall(owner.responseId)?.result;
  if (owner === undefined || result === undefined) return undefined;
  if (owner.kind === "fc") {
    const call = result.toolCalls[owner.index];
    return call === undefined ? undefined : { type: "call", call };
  }
  // The first message stands for the whole text.
  return owner.index === 0 ? { type: "message", role: "assistant", content: result.text } : { type: "nothing" };
}

function checkSize(size: number, field: "previous_response_id" | "input"): void {
  if (size <= mostRecalled) return;
  const complaint = `recalls more than ${mostRecalled} characters of earlier responses: send what matters as 'input'`;
  throw fieldError(fieldProblem([field], complaint));
}
