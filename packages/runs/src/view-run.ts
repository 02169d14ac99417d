import type { LoggedEvent } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { KeptRun } from "./kept-run.ts";
import type { RunStore } from "./run-store.ts";

export interface ViewOptions {
  /** `false` ends at the last event so far. Default true: waits for more, until the run has ended. */
  readonly follow?: boolean;
  /** Ends this view, not the run. */
  readonly signal?: AbortSignal;
  /** Removes secrets from everything except answers. */
  readonly redact?: (text: string) => string;
}

/**
 * The events of a kept run, folded from its log: every viewer gets the same ones with the same numbers, in whatever
 * process, while the run goes on and afterwards. Ends without `run-finished` if the run is removed.
 */
export async function* viewRun(
  store: Pick<RunStore, "read" | "find" | "watch">,
  run: KeptRun,
  { follow = true, signal, redact }: ViewOptions = {},
): AsyncGenerator<LoggedEvent, void, undefined> {
  const eventsOf = replay(run.setup, redact);
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const stop = store.watch(run.id, wake);
  signal?.addEventListener("abort", wake);
  try {
    for (let seq = 0; ;) {
      const facts = await store.read(run.id, seq);
      seq += facts.length;
      for (const fact of facts) {
        for (const event of eventsOf(fact)) {
          if (signal?.aborted) return;
          yield event;
          if (event.type === "run-finished") return;
        }
      }
      if (!follow || signal?.aborted) return;
      if (facts.length === 0 && (await store.find(run.id)) === undefined) return;
      if (facts.length > 0) continue;
      await woken.promise;
      woken = Promise.withResolvers();
    }
  } finally {
    stop();
    signal?.removeEventListener("abort", wake);
  }
}
