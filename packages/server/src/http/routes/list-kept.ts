import type { RequestHandler } from "express";
import { ProblemError } from "../../problem.ts";
import { bodyOf } from "../../runs/read-kept.ts";
import { askingStore } from "../../runs/store-problem.ts";
import type { Wire } from "../../wires/wire.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { contextOf } from "../request-context.ts";
import { numberIn } from "./kept.ts";

/** The longest page of a list. */
const mostAnswers = 100;
const usualAnswers = 20;

/** The finished answers that a client stored, newest first, in pages. */
export function listKept(wire: Wire, { respond, runs }: AnswerParts): RequestHandler {
  return async (req, res) => {
    const { owner } = contextOf(res);
    const limit = numberIn(req, "limit", usualAnswers, 1, mostAnswers);
    const { after: afterId, order = "desc" } = req.query;
    if (order !== "desc") refuse("order", "Stored answers are listed newest first: 'order' must be 'desc'.");
    // `metadata[name]=value`
    const filter = Object.keys(req.query).find((name) => name === "model" || name.startsWith("metadata"));
    if (filter !== undefined) {
      refuse(filter.slice(0, "metadata".length), "The list cannot be filtered by 'model' or 'metadata'.");
    }
    const after = typeof afterId === "string" ? await runs.find(wire, afterId, owner) : undefined;
    if (afterId !== undefined && after === undefined) refuse("after", "'after' names no answer of this list.");
    const found = await runs.list(wire, owner, { limit: limit + 1, ...(after && { after }) });
    const page = found.slice(0, limit);
    const data: object[] = [];
    for (const kept of page) data.push(await askingStore(() => bodyOf(kept)));
    respond(res, 200, {
      object: "list",
      data,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
      has_more: found.length > limit,
    });
  };
}

function refuse(param: string, message: string): never {
  throw new ProblemError("invalid-value", message, { param });
}
