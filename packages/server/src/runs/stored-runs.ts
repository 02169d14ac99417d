import { answerFormat, type RunEvent, type RunRequest } from "@massgen/core";
import { endOf, type Keeper, type KeptRun as StoredRun, ownerOf, StoreError } from "@massgen/runs";
import type { Ports } from "../ports.ts";
import type { Wire } from "../wires/wire.ts";
import type { Engine } from "./engine.ts";
import { historyOf } from "./history.ts";
import { nameOfOwner } from "./key-owner.ts";
import type { KeptRun, NewRun, Runs } from "./kept-runs.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { OpenRuns } from "./open-runs.ts";
import type { ReadableRun } from "./read-run.ts";
import { refusal } from "./start-run.ts";
import { fromStored, toStored, wholeEvents } from "./stored-form.ts";
import { askingStore } from "./store-problem.ts";

/** Which runs are kept for those who look at past ones. */
export type HistoryLevel = "stored" | "all" | "off";

/** What stored runs need of their surroundings. */
export interface StoredRunsParts {
  /** Holds the runs that are driven for a client, until they are over. */
  readonly live: LiveRuns;
  readonly open: OpenRuns;
  readonly keeper: Keeper;
  /** Finds the teams of runs that the keeper is to drive; absent where it drives none. */
  readonly teams: Engine["team"];
  readonly wires: readonly Wire[];
  readonly ports: Ports;
  /** How long runs are kept, in milliseconds. */
  readonly keepMs: number;
  readonly history: HistoryLevel;
  /** Hears that a run could not be kept, which its client is not told. */
  readonly failed: (message: string, error: unknown) => void;
}

/** Runs and the store that keeps them: those of a client once they are over, others from their beginning. */
export function storedRuns(parts: StoredRunsParts): Runs {
  const { live, open, keeper, teams, wires, ports, keepMs, history, failed } = parts;
  // What leaves with the process costs no disk, and is gone within an hour.
  const recordsAll = history === "all" || (history === "stored" && !keeper.durable);

  const storedOwner = async (owner: string | undefined): Promise<string> =>
    nameOfOwner(owner) ?? ownerOf(owner, await keeper.ownerSecret());

  /** A run of the store, as its routes read it. */
  async function read(stored: StoredRun, owner: string | undefined): Promise<KeptRun | undefined> {
    const form = fromStored(stored, wires);
    if (form === undefined) return undefined;
    const kept: KeptRun = {
      ...form,
      owner,
      run: readable(stored, (event) => noteEnd(kept, event), form.answer.live === true),
      ...(keeper.durable && { durable: true as const }),
      watcher: { event: () => {}, ended: () => {}, broke: () => {} },
    };
    for await (const event of keeper.events(stored, { follow: false })) noteEnd(kept, event);
    return kept;
  }

  function readable(stored: StoredRun, note: (event: RunEvent) => void, live: boolean): ReadableRun {
    const events: ReadableRun["events"] = ({ follow, signal } = {}) =>
      wholeEvents(
        keeper.liveEvents(stored, { ...(follow !== undefined && { follow }), ...(signal && { signal }) }),
        note,
        live,
      );
    return {
      id: stored.id,
      events,
      cancel: () => askingStore(async () => void (await keeper.cancel(stored))),
      [Symbol.asyncIterator]: () => events(),
    };
  }

  /** Keeps a run that has ended. */
  async function save(run: KeptRun): Promise<void> {
    if (run.record === undefined || run.result === undefined || run.removed === true || run.saved === true) return;
    run.saved = true;
    const historyOnly = !isFetchable(run);
    try {
      const { setup, log } = run.record();
      const request = { ...run.request, runId: setup.runId } as RunRequest;
      const owner = await storedOwner(run.owner);
      const team = run.team?.model ?? run.answer.model;
      const as = { id: setup.runId, request, setup, owner, team, keepMs };
      const stored = toStored(run, as, historyOnly);
      await keeper.keep(stored, log, endOf(stored, run.result, ports.clock.date()));
      // Deleted while it was written.
      if (isRemoved(run)) await keeper.remove(stored);
      live.remove(run);
    } catch (error) {
      // Memory that is full of what clients asked for has no room for history.
      const crowded = historyOnly && !keeper.durable && error instanceof StoreError && error.reason === "full";
      if (!crowded) failed(`the run ${run.run.id} could not be kept`, error);
    }
  }

  return {
    recordsAll,
    keep: (run) => live.keep(run),
    grow: (run, event) => live.grow(run, event),
    async settle(run) {
      if (isFetchable(run) || (recordsAll && keeper.durable)) await save(run);
    },
    async leave(run) {
      if (run.result === undefined && run.background) live.broke(run);
      else if (isFetchable(run)) await save(run);
      else {
        if (recordsAll) await save(run);
        live.remove(run);
      }
    },
    async find(wire, id, owner) {
      const here = live.find(wire, id, owner);
      if (here !== undefined || wire.keeps === undefined) return here;
      const runId = wire.keeps.runIdOf(id);
      if (runId === undefined) return undefined;
      return askingStore(async () => {
        const stored = await keeper.find(runId);
        if (stored === undefined || stored.owner !== (await storedOwner(owner))) return undefined;
        const kept = await read(stored, owner);
        return kept?.wire === wire ? kept : undefined;
      });
    },
    list(wire, owner, { limit, after }) {
      return askingStore(async () => {
        const filter = { owner: await storedOwner(owner), wire: wire.path, open: false, historyOnly: false };
        const found: KeptRun[] = [];
        for (const { id } of await keeper.list({ limit, ...filter, ...(after && { after: after.run.id }) })) {
          const stored = await keeper.find(id);
          const kept = stored && (await read(stored, owner));
          if (kept?.result?.status === "answered") found.push(kept);
        }
        return found;
      });
    },
    async remove(run) {
      run.removed = true;
      live.remove(run);
      // It has not been kept yet.
      if (run.record !== undefined) return;
      await askingStore(async () => {
        const stored = await keeper.find(run.run.id);
        if (stored !== undefined) await keeper.remove(stored);
      });
    },
    ...(teams !== undefined && {
      async begin({ wire, asked, team, owner, traces, money, answer }: NewRun) {
        const id = `run_${ports.newId().replaceAll("-", "")}`;
        const delivery = answer.live === true ? "live" : "whole";
        const request: RunRequest = { ...asked.run, ...money, delivery, runId: id };
        const setup = await setupOf(teams, team.model, request);
        const { own, remarks = [] } = asked;
        const begun = { ...answer, own, runId: id, ...(!keeper.durable && { durable: false as const }) };
        return askingStore(async () => {
          const as = { id, request, setup, owner: await storedOwner(owner), team: team.model ?? "massgen", keepMs };
          const stored = toStored({ wire, answer: begun, traces, remarks, background: true }, as, false);
          await keeper.accept(stored);
          const accepted = await read(stored, owner);
          if (accepted === undefined) throw new TypeError(`the wire ${wire.path} keeps no runs`);
          return accepted;
        });
      },
    }),
    open,
    history: historyOf({ open, keeper: history === "off" ? undefined : keeper, ownerIn: storedOwner }),
  };
}

/** Whether a client will be shown what has ended: what ended with its client, nobody comes back to. */
function isFetchable({ stored, background, wire, result }: KeptRun): boolean {
  if (!stored || result === undefined || (result.status === "cancelled" && !background)) return false;
  return wire.keeps?.unfinished === true || result.status === "answered";
}

/** What the run is to be begun with. Refuses what starting the run would refuse. */
async function setupOf(
  teams: NonNullable<Engine["team"]>,
  model: string | undefined,
  request: RunRequest,
): Promise<StoredRun["setup"]> {
  try {
    await answerFormat(request.responseFormat)?.usable();
    const team = await teams(model);
    return team.setupFor(request);
  } catch (error) {
    throw refusal(error);
  }
}

/** Asked again after a wait, which the compiler does not expect to change anything. */
function isRemoved({ removed }: KeptRun): boolean {
  return removed === true;
}

function noteEnd(kept: KeptRun, event: RunEvent): void {
  if (event.type !== "run-finished") return;
  kept.result = event.result;
  kept.cancelled = event.result.status === "cancelled";
}
