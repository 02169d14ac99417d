import type { RequestHandler, Response } from "express";
import { ProblemError } from "../../problem.ts";
import { accountOf } from "../../runs/run-account.ts";
import { toRunItem } from "../../runs/run-item.ts";
import type { RunView } from "../../runs/run-view.ts";
import { askingStore } from "../../runs/store-problem.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { contextOf } from "../request-context.ts";
import { sendEvents } from "./run-events.ts";
import { runQuery } from "./run-query.ts";

type Handler = RequestHandler<{ id: string }>;

/** The routes of those who look after runs. */
export interface RunRoutes {
  readonly list: RequestHandler;
  readonly get: Handler;
  readonly log: Handler;
  readonly remove: Handler;
  readonly cancel: Handler;
  readonly answerNow: Handler;
  readonly events: Handler;
}

export function runRoutes(parts: AnswerParts): RunRoutes {
  const { respond, runs, engine } = parts;

  /** @throws ProblemError `unknown-url` if there is no such run, or if it belongs to another key */
  async function found(runId: string, res: Response): Promise<RunView> {
    const view = await runs.history.find(contextOf(res).sees ?? { owner: undefined }, runId);
    if (view !== undefined) return view;
    throw notHere(runId);
  }

  function notHere(runId: string): ProblemError {
    return new ProblemError(
      "unknown-url",
      `There is no run '${runId.slice(0, 256)}' here. It may belong to another key, be over and not kept, or be under way for a client of another process: that one shows it until it is kept.`,
    );
  }

  return {
    async list(req, res) {
      const { limit, after, ...filter } = runQuery(req, engine);
      const sees = contextOf(res).sees ?? { owner: undefined };
      if (after !== undefined && (await runs.history.find(sees, after)) === undefined) {
        throw new ProblemError("invalid-value", "'after' names no run of this list.", { param: "after" });
      }
      const page = { ...filter, limit: limit + 1, ...(after !== undefined && { after }) };
      const listed = await runs.history.list(sees, page);
      const data = listed.slice(0, limit).map(toRunItem);
      respond(res, 200, {
        object: "list",
        data,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
        has_more: listed.length > limit,
      });
    },
    async get({ params }, res) {
      const view = await found(params.id, res);
      respond(res, 200, await askingStore(() => accountOf(view)));
    },
    async log({ params }, res) {
      const log = await runs.history.log(contextOf(res).sees ?? { owner: undefined }, params.id);
      if (log === undefined) throw notHere(params.id);
      respond(res, 200, log);
    },
    async remove({ params }, res) {
      const view = await found(params.id, res);
      await view.remove();
      respond(res, 200, { id: view.run.id, object: "massgen.run.deleted", deleted: true });
    },
    async cancel({ params }, res) {
      const view = await found(params.id, res);
      respond(res, 200, { id: view.run.id, object: "massgen.run", cancelled: await view.cancel() });
    },
    async answerNow({ params }, res) {
      const view = await found(params.id, res);
      respond(res, 200, { id: view.run.id, object: "massgen.run", effect: await view.answerNow() });
    },
    async events(req, res) {
      await sendEvents(await found(req.params.id, res), req, parts, res);
    },
  };
}
