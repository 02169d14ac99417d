import type { Request, RequestHandler, Response } from "express";
import { StoreError } from "@massgen/runs";
import { ProblemError } from "../../problem.ts";
import { readKept, bodyOf, viewKept } from "../../runs/read-kept.ts";
import type { KeptRun } from "../../runs/kept-runs.ts";
import { askingStore } from "../../runs/store-problem.ts";
import type { Keeping, Wire } from "../../wires/wire.ts";
import { openEventStream } from "../event-stream.ts";
import { contextOf } from "../request-context.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { describe } from "../thrown.ts";

type KeptRequest = Request<{ id: string }>;
type Handler = RequestHandler<{ id: string }>;

/** The routes of stored answers. */
export interface KeptRoutes {
  readonly get: Handler;
  readonly cancel: Handler;
  readonly remove: Handler;
  readonly input: Handler;
}

/** The longest page of a list. */
const mostItems = 100;
const usualItems = 20;

export function keptRoutes(wire: Wire, keeps: Keeping<unknown>, parts: AnswerParts): KeptRoutes {
  const { respond, runs } = parts;
  const { words } = keeps;

  /** @throws ProblemError `unknown-url` if there is no such answer, or if it belongs to another key */
  async function found(req: KeptRequest, res: Response): Promise<KeptRun> {
    const run = await runs.find(wire, req.params.id, contextOf(res).owner);
    if (run !== undefined && (keeps.unfinished || run.result?.status === "answered")) return run;
    const id = req.params.id.slice(0, 256);
    throw new ProblemError("unknown-url", `There is no ${words.noun} '${id}'. It may have expired, or was not stored.`);
  }

  return {
    async get(req, res) {
      const run = await found(req, res);
      const after = numberIn(req, "starting_after", -1, 0, Number.MAX_SAFE_INTEGER);
      if (keeps.unfinished && req.query["stream"] === "true" && req.method === "GET")
        await sendKept(run, after, parts, res);
      else respond(res, 200, await askingStore(() => bodyOf(run)));
    },
    async cancel(req, res) {
      const run = await found(req, res);
      if (!run.background) {
        const message = "Only a response with 'background' can be cancelled: close the connection of any other.";
        throw new ProblemError("invalid-value", message);
      }
      const body = async (): Promise<object> => {
        if (await endRun(run)) await readKept(run);
        return bodyOf(run);
      };
      respond(res, 200, await askingStore(body));
    },
    async remove(req, res) {
      const run = await found(req, res);
      // A run with a client of its own ends with that client.
      if (run.background) await endRun(run);
      await runs.remove(run);
      respond(res, 200, { id: run.id, object: words.deleted, deleted: true });
    },
    async input(req, res) {
      const run = await found(req, res);
      const limit = numberIn(req, "limit", usualItems, 1, mostItems);
      const items = keeps.input(run.answer.own).map((item, at) => withId(item, `item_${run.run.id}_${at}`));
      const { after, order = words.order } = req.query;
      if (order !== "asc") items.reverse();
      const start = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
      if (start === 0 && after !== undefined) {
        throw new ProblemError("invalid-value", "'after' names no item of this list.", { param: "after" });
      }
      const data = items.slice(start, start + limit);
      respond(res, 200, {
        object: "list",
        data,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
        has_more: start + limit < items.length,
      });
    },
  };
}

/** Ends a run. False if it has ended already. */
async function endRun(kept: KeptRun): Promise<boolean> {
  if (kept.result !== undefined || kept.broken === true) return false;
  kept.cancelled = true;
  await kept.run.cancel();
  return true;
}

/** An item with the id that its client gave it, or else with this one. */
function withId(item: { readonly id?: unknown }, id: string): { readonly id: string } {
  return { ...item, id: typeof item.id === "string" ? item.id : id };
}

/** Streams a stored run behind the event of a number. When the client leaves, the run continues. */
export async function sendKept(
  run: KeptRun,
  after: number,
  { options, ports, admission }: AnswerParts,
  res: Response,
): Promise<void> {
  const gone = new AbortController();
  res.once("close", () => gone.abort());
  const leave = run.durable === true ? admission.watch(gone) : undefined;
  const stream = openEventStream(res, { ...options, heartbeat: run.wire.heartbeat }, ports);
  contextOf(res).firstByteAt = ports.clock.now();
  try {
    await viewKept(run, after, stream, gone.signal);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    contextOf(res).error = describe(error);
    stream.end("");
  } finally {
    leave?.();
  }
}

/** A number of the query. @throws ProblemError `invalid-value` for any other */
export function numberIn(
  req: Pick<Request, "query">,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const said = req.query[name];
  if (said === undefined) return usual;
  const number = typeof said === "string" && /^\d{1,16}$/.test(said) ? Number(said) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new ProblemError("invalid-value", `'${name}' must be a whole number from ${least} to ${most}.`, {
    param: name,
  });
}
