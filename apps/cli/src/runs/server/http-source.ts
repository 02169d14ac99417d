import type { Fact } from "@massgen/core";
import type { KeptRun, RunPage } from "@massgen/runs";
import type { ListedRun, RunSource } from "../run-source.ts";
import { type AnswerBounds, askServer, fault, type ServerAnswer, usualBounds } from "./ask-server.ts";
import type { RunServer } from "./find-server.ts";
import { readLog, readPage } from "./read-answer.ts";

/** The longest page that a server gives. */
const longestPage = 100;

/** The runs that a server shows to a key. Lists have whole seconds; logs come without secrets. */
export function httpSource(server: RunServer, bounds: AnswerBounds = usualBounds): RunSource {
  const { url } = server;
  const ask = (path: string): Promise<ServerAnswer> => askServer(server, `/massgen/runs${path}`, bounds);

  async function page(wanted: RunPage): Promise<readonly ListedRun[]> {
    const answer = await ask(`?${queryOf(wanted)}`);
    // The run behind which it was to begin is gone.
    if (answer.status === 400 && paramOf(answer) === "after") return [];
    const runs = answer.status === 200 ? readPage(answer.body) : undefined;
    if (runs !== undefined) return runs;
    throw fault(url, unreadable(answer));
  }

  /** A run that was looked up, until its log is wanted: they come together. */
  let held: { readonly run: KeptRun; readonly facts: readonly Fact[] } | undefined;

  async function fetchLog(id: string): Promise<typeof held> {
    const path = `/${encodeURIComponent(id.toWellFormed())}`;
    const answer = await ask(`${path}/log`);
    if (answer.status === 404) {
      const account = await ask(path);
      if (account.status === 200) throw fault(url, withoutLog(account, id));
      // Throws where there are no runs at all.
      await page({ limit: 1 });
      return undefined;
    }
    const log = answer.status === 200 ? readLog(answer.body, id) : undefined;
    if (log !== undefined) return log;
    throw fault(url, unreadable(answer));
  }

  return {
    place: url,
    async list({ limit, after, ...filter }) {
      const found: ListedRun[] = [];
      for (;;) {
        const size = Math.min(limit - found.length, longestPage);
        const behind = found.at(-1)?.id ?? after;
        const runs = await page({ ...filter, limit: size, ...(behind !== undefined && { after: behind }) });
        found.push(...runs.slice(0, size));
        if (runs.length < size || found.length >= limit) return found;
      }
    },
    async find(id) {
      held = await fetchLog(id);
      return held?.run;
    },
    async log(id) {
      const log = held?.run.id === id ? held : await fetchLog(id);
      held = undefined;
      return log?.facts ?? [];
    },
    async close() {},
  };
}

function queryOf({ limit, after, outcome, open, degraded, team, model, sinceMs }: RunPage): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (after !== undefined) query.set("after", after);
  if (outcome !== undefined) query.set("outcome", outcome);
  if (open === true) query.set("outcome", "open");
  if (degraded !== undefined) query.set("degraded", String(degraded));
  if (team !== undefined) query.set("team", team);
  if (model !== undefined) query.set("model", model);
  if (sinceMs !== undefined) query.set("since", new Date(sinceMs).toISOString());
  return query.toString();
}

function paramOf({ body }: ServerAnswer): unknown {
  const { error } = body ?? {};
  return typeof error === "object" && error !== null && "param" in error ? error.param : undefined;
}

/** Why an answer is none. */
function unreadable({ status, body, words }: ServerAnswer): string {
  if (status >= 300 && status < 400) {
    return `it sends elsewhere (status ${status}), where the key is not taken. Name that address with --server`;
  }
  if (status === 404) return "it shows no runs: that is no MassGen server, or one older than this command";
  if (status === 200 || body === undefined) {
    return `its answer (status ${status}) is not that of a MassGen server, or of another version. Check the address`;
  }
  return `it refused: ${words}`;
}

/** Why a run that is there has no log. */
function withoutLog({ body }: ServerAnswer, id: string): string {
  if (body?.["status"] === "in_progress") return `the run ${id} is under way and not kept yet. Look when it is over`;
  return `it has no log of the run ${id}: it is older than this command, or the run is not kept yet`;
}
