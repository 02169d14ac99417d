import type { Clock } from "@massgen/core";
import { type QueuedRun, Waiting } from "./backlog.ts";
import type { Dispatch, DispatchWork } from "./dispatch.ts";
import type { RunStore } from "./run-store.ts";
import { StoreError, type StoreErrorReason } from "./store-error.ts";
import { pause } from "./store-patience.ts";

/** How many open runs are read from the store at once. */
const pageSize = 500;

/** How long a run that could not be driven waits before it is tried again, in milliseconds. */
const againMs = 5000;

export interface LocalDispatchOptions {
  readonly store: Pick<RunStore, "list" | "closedWell">;
  readonly clock: Clock;
  /** Hears why a run could not be driven; it is tried again, unless what is kept of it cannot be read. */
  readonly failed: (id: string, error: unknown) => void;
}

/** Why a store will never give a run out to this process. */
const lasting: ReadonlySet<StoreErrorReason> = new Set(["unsuitable", "sealed", "closed"]);

/** The one process of a store drives what it accepted, and at its start what was left open. */
export function localDispatch({ store, clock, failed }: LocalDispatchOptions): Dispatch {
  const waiting = new Waiting();
  let pump = (): void => {};

  return {
    async enqueue(run) {
      waiting.add(run);
      pump();
    },
    leave: (id) => waiting.delete(id),
    backlogs: async (owner) => waiting.backlogs(owner),
    async work(places, drive) {
      const driven = new Map<string, Promise<void>>();
      const lost = new AbortController();
      const { signal } = lost;
      let stopped = false;

      const handedBack = new Set<string>();

      const tryOn = async (run: QueuedRun): Promise<void> => {
        const { id } = run;
        try {
          await drive(id, signal, handedBack.delete(id) ? "handed-back" : "lost");
        } catch (error) {
          failed(id, error);
          if (error instanceof StoreError && lasting.has(error.reason)) return;
          await pause(againMs, clock, signal);
          handedBack.add(id);
          waiting.add(run);
        } finally {
          driven.delete(id);
          pump();
        }
      };
      pump = () => {
        for (const run of waiting.values()) {
          if (stopped || driven.size >= places()) return;
          waiting.delete(run.id);
          if (!driven.has(run.id)) driven.set(run.id, tryOn(run));
        }
      };
      for (const run of await leftOpen(store)) {
        waiting.add(run);
        if (store.closedWell === true) handedBack.add(run.id);
      }
      pump();

      return {
        counts: () => ({ driven: driven.size, waiting: waiting.size }),
        async stop(graceMs) {
          stopped = true;
          const cancelTimer = clock.setTimer(graceMs, () => lost.abort());
          await Promise.allSettled(driven.values());
          cancelTimer();
          lost.abort();
        },
      } satisfies DispatchWork;
    },
  };
}

/** Runs that go on without a client, oldest first. */
async function leftOpen(store: Pick<RunStore, "list">): Promise<readonly QueuedRun[]> {
  const runs: QueuedRun[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.list({ limit: pageSize, open: true, ...(after !== undefined && { after }) });
    for (const { id, owner, bytes, background } of page) if (background) runs.push({ id, owner, bytes });
    after = page.at(-1)?.id;
    if (page.length < pageSize || after === undefined) return runs.reverse();
  }
}
