import { setImmediate } from "node:timers/promises";
import type { RequestHandler, Response } from "express";
import { ProblemError } from "../../problem.ts";
import { readSums } from "../../runs/read-sums.ts";
import { accountOf } from "../../runs/run-account.ts";
import { toRunItem } from "../../runs/run-item.ts";
import type { RunView } from "../../runs/run-view.ts";
import { askingStore } from "../../runs/store-problem.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { contextOf } from "../request-context.ts";
import { sendEvents } from "./run-events.ts";
import { runQuery, sumsQuery } from "./run-query.ts";

type Handler = RequestHandler<{ id: string }>;

/** Whose runs a request sees that no key has let in: those without an owner. */
const nobody = { owner: undefined };

/** The routes of those who look after runs. */
export interface RunRoutes {
  readonly list: RequestHandler;
  readonly sums: RequestHandler;
  readonly get: Handler;
  readonly log: Handler;
  readonly remove: Handler;
  readonly cancel: Handler;
  readonly answerNow: Handler;
  readonly events: Handler;
}

export function runRoutes(parts: AnswerParts): RunRoutes {
  const { respond, runs, engine, ports } = parts;

  /** @throws ProblemError `unknown-url` if there is no such run, or if it belongs to another key */
  async function found(runId: string, res: Response): Promise<RunView> {
    const view = await runs.history.find(contextOf(res).sees ?? nobody, runId);
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
      const sees = contextOf(res).sees ?? nobody;
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
    async sums(req, res) {
      const filter = sumsQuery(req, engine, ports.clock.date());
      const gone = new AbortController();
      res.once("close", () => gone.abort());
      const { countedFromMs, ...sums } = await readSums(runs.history, contextOf(res).sees ?? nobody, filter, {
        signal: gone.signal,
        pause: setImmediate,
      });
      respond(res, 200, {
        object: "massgen.sums",
        since: Math.floor(filter.sinceMs / 1000),
        until: Math.floor(filter.untilMs / 1000),
        complete: countedFromMs === undefined,
        ...(countedFromMs !== undefined && { counted_from: Math.floor(countedFromMs / 1000) }),
        ...sums,
      });
    },
    async get({ params }, res) {
      const view = await found(params.id, res);
      respond(res, 200, await askingStore(() => accountOf(view)));
    },
    async log({ params }, res) {
      const log = await runs.history.log(contextOf(res).sees ?? nobody, params.id);
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
