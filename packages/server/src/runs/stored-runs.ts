import { answerFormat, rulesVersion, type RunEvent, type RunRequest } from "@massgen/core";
import { endOf, type Keeper, type KeptRun as StoredRun, ownerOf } from "@massgen/runs";
import { ProblemError } from "../problem.ts";
import type { Ports } from "../ports.ts";
import type { Answer, Wire } from "../wires/wire.ts";
import type { Engine } from "./engine.ts";
import { nameOfOwner } from "./key-owner.ts";
import type { KeptRun, MemoryRuns, NewRun, Runs } from "./kept-runs.ts";
import type { ReadableRun } from "./read-run.ts";
import { refusal } from "./start-run.ts";
import { askingStore } from "./store-problem.ts";
import type { TraceLevel } from "./traces.ts";

/** What stored runs need of their surroundings. */
export interface StoredRunsParts {
  /** Holds the runs that are driven for a client, until they are over. */
  readonly memory: MemoryRuns;
  readonly keeper: Keeper;
  readonly engine: Engine;
  readonly wires: readonly Wire[];
  readonly ports: Ports;
  /** How long runs are kept from their beginning, in milliseconds. */
  readonly keepMs: number;
  /** Hears that a run could not be kept, which its client is not told. */
  readonly failed: (message: string, error: unknown) => void;
}

/** Raised when a wire writes other frames for the same events, so that numbers of old viewers do not fit. */
const foldVersion = 1;

/** What a store keeps for a run's wire. */
interface KeptAnswer {
  readonly path: string;
  readonly own: object;
  readonly answer: Omit<Answer, "own">;
  readonly traces: TraceLevel | null;
  readonly remarks: readonly string[];
}

/**
 * Runs that outlive this process: those of a client once they are over, those in the background from their beginning.
 */
export function storedRuns(parts: StoredRunsParts): Runs {
  const { memory, keeper, engine, wires, ports, keepMs, failed } = parts;

  const storedOwner = async (owner: string | undefined): Promise<string> =>
    nameOfOwner(owner) ?? ownerOf(owner, await keeper.ownerSecret());

  async function toStored(
    kept: Omit<KeptRun, "run" | "watcher" | "cancelled">,
    run: Pick<StoredRun, "id" | "request" | "setup">,
    team: string,
  ): Promise<StoredRun> {
    const { own, ...answer } = kept.answer;
    const { wire, traces, remarks } = kept;
    const createdAtMs = run.setup.startedAt;
    const form: KeptAnswer = {
      path: wire.path,
      own: wire.keeps?.toJson(own) ?? {},
      answer,
      traces: traces ?? null,
      remarks,
    };
    return {
      ...run,
      owner: await storedOwner(kept.owner),
      wire: { ...form },
      background: kept.background,
      team,
      rules: rulesVersion,
      fold: foldVersion,
      createdAtMs,
      expiresAtMs: createdAtMs + keepMs,
    };
  }

  /** A run of the store, as its routes read it. */
  async function fromStored(stored: StoredRun, owner: string | undefined): Promise<KeptRun | undefined> {
    const { path, own, answer, traces, remarks } = stored.wire as unknown as KeptAnswer;
    const wire = wires.find((one) => one.path === path);
    if (wire?.keeps === undefined) return undefined;
    const kept: KeptRun = {
      id: wire.keeps.idOf(stored.id),
      owner,
      wire,
      run: readable(stored, (event) => noteEnd(kept, event)),
      answer: { ...answer, own: wire.keeps.fromJson(own) },
      traces: traces ?? undefined,
      remarks,
      background: stored.background,
      durable: true,
      ...(stored.fold !== foldVersion && { otherFold: true }),
      cancelled: false,
      watcher: { event: () => {}, ended: () => {}, broke: () => {} },
    };
    for await (const event of keeper.events(stored, { follow: false })) noteEnd(kept, event);
    return kept;
  }

  function readable(stored: StoredRun, note: (event: RunEvent) => void): ReadableRun {
    const events: ReadableRun["events"] = ({ follow, signal } = {}) =>
      wholeEvents(
        keeper.liveEvents(stored, { ...(follow !== undefined && { follow }), ...(signal && { signal }) }),
        note,
      );
    return {
      id: stored.id,
      events,
      cancel: () => askingStore(async () => void (await keeper.cancel(stored))),
      [Symbol.asyncIterator]: () => events(),
    };
  }

  return {
    keep: (run) => memory.keep(run),
    grow: (run, event) => memory.grow(run, event),
    broke: (run) => memory.broke(run),
    async settle(run) {
      if (run.record === undefined || run.result === undefined) return;
      const { setup, log } = run.record();
      const team = run.team?.model ?? run.answer.model;
      // Cut at the end of its client, or deleted while it went on: nobody comes back to it.
      if (run.result.status === "cancelled" || run.removed === true) return;
      try {
        const request = { ...run.request, runId: setup.runId } as RunRequest;
        const stored = await toStored(run, { id: setup.runId, request, setup }, team);
        await keeper.keep(stored, log, endOf(stored, run.result, ports.clock.date()));
        // Deleted while it was written.
        if (isRemoved(run)) await keeper.remove(stored);
        memory.remove(run);
      } catch (error) {
        failed(`the run ${setup.runId} could not be kept`, error);
      }
    },
    async find(wire, id, owner) {
      const here = memory.find(wire, id, owner);
      if (here !== undefined || wire.keeps === undefined) return here;
      const runId = wire.keeps.runIdOf(id);
      if (runId === undefined) return undefined;
      return askingStore(async () => {
        const stored = await keeper.find(runId);
        if (stored === undefined || stored.owner !== (await storedOwner(owner))) return undefined;
        const kept = await fromStored(stored, owner);
        return kept?.wire === wire ? kept : undefined;
      });
    },
    list(wire, owner, { limit, after }) {
      return askingStore(async () => {
        const page = { limit, owner: await storedOwner(owner), wire: wire.path, open: false };
        const found: KeptRun[] = [];
        for (const { id } of await keeper.list({ ...page, ...(after && { after: after.run.id }) })) {
          const stored = await keeper.find(id);
          const kept = stored && (await fromStored(stored, owner));
          if (kept?.result?.status === "answered") found.push(kept);
        }
        return found;
      });
    },
    async remove(run) {
      run.removed = true;
      memory.remove(run);
      // It has not been kept yet.
      if (run.record !== undefined) return;
      await askingStore(async () => {
        const stored = await keeper.find(run.run.id);
        if (stored !== undefined) await keeper.remove(stored);
      });
    },
    ...(engine.team !== undefined && {
      async begin({ wire, asked, team, owner, traces, money, answer }: NewRun) {
        const id = `run_${ports.newId().replaceAll("-", "")}`;
        const delivery = answer.live === true ? "live" : "whole";
        const request: RunRequest = { ...asked.run, ...money, delivery, runId: id };
        const setup = await setupOf(engine, team.model, request);
        const kept = {
          id: wire.keeps?.idOf(id) ?? id,
          owner,
          wire,
          answer: { ...answer, own: asked.own, runId: id },
          traces,
          remarks: asked.remarks ?? [],
          background: true,
        };
        return askingStore(async () => {
          const stored = await toStored(kept, { id, request, setup }, team.model ?? "massgen");
          await keeper.accept(stored);
          const accepted = await fromStored(stored, owner);
          if (accepted === undefined) throw new TypeError(`the wire ${wire.path} keeps no runs`);
          return accepted;
        });
      },
    }),
  };
}

/** What the run is to be begun with. Refuses what starting the run would refuse. */
async function setupOf(engine: Engine, model: string | undefined, request: RunRequest): Promise<StoredRun["setup"]> {
  try {
    await answerFormat(request.responseFormat)?.usable();
    const team = await engine.team?.(model);
    if (team === undefined) throw new ProblemError("model-not-found", "There is no such team.", { param: "model" });
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

/** The events of a log, with the text of an answer that streamed by and is no fact, as far as it did not come. */
async function* wholeEvents(
  events: AsyncIterable<RunEvent>,
  note: (event: RunEvent) => void,
): AsyncGenerator<RunEvent, undefined, undefined> {
  let said = 0;
  /** Calls stand behind the text, which the end has. */
  let calls: RunEvent | undefined;
  for await (const event of events) {
    note(event);
    if (event.type === "content-delta") said += event.text.length;
    if (event.type === "tool-calls") {
      calls = event;
      continue;
    }
    if (event.type === "run-finished" && event.result.status === "answered") {
      const rest = event.result.text.slice(said);
      if (rest !== "") yield { type: "content-delta", text: rest, atMs: event.atMs };
    }
    if (calls !== undefined) yield calls;
    calls = undefined;
    yield event;
  }
  return undefined;
}
