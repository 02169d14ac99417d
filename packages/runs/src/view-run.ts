import type { Clock, LoggedEvent, RuleBook } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { KeptRun } from "./kept-run.ts";
import type { RunStore } from "./run-store.ts";
import { StoreError } from "./store-error.ts";
import { patiently } from "./store-patience.ts";

export interface ViewOptions {
  /** `false` ends at the last event so far. Default true: waits for more, until the run has ended. */
  readonly follow?: boolean;
  /** Ends this view, not the run. */
  readonly signal?: AbortSignal;
  /** Removes secrets from everything except answers. */
  readonly redact?: (text: string) => string;
  /** The rules by which the log is folded; core's own unless a test has others. */
  readonly rules?: RuleBook;
}

/**
 * The events of a kept run, folded from its log: every viewer gets the same ones with the same numbers, in whatever
 * process, while the run goes on and afterwards. Ends without `run-finished` if the run is removed, or the store
 * closed.
 * @throws StoreError what the store fails with; one that waits for more gives it time
 */
export async function* viewRun(
  store: Pick<RunStore, "read" | "find" | "watch">,
  run: Pick<KeptRun, "id" | "setup">,
  clock: Clock,
  { follow = true, signal, redact, rules }: ViewOptions = {},
): AsyncGenerator<LoggedEvent, void, undefined> {
  const eventsOf = replay(run.setup, redact, rules);
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const stop = store.watch(run.id, wake);
  signal?.addEventListener("abort", wake);
  const never = new AbortController().signal;
  const asking = <T>(ask: () => Promise<T>): Promise<T> => (follow ? patiently(ask, clock, signal ?? never) : ask());
  try {
    for (let seq = 0; ;) {
      const facts = await asking(() => store.read(run.id, seq));
      seq += facts.length;
      for (const fact of facts) {
        for (const event of eventsOf(fact)) {
          if (signal?.aborted) return;
          yield event;
          if (event.type === "run-finished") return;
        }
      }
      if (!follow || signal?.aborted) return;
      // Asked only where nothing came: a head may be large.
      if (facts.length === 0 && (await asking(() => store.find(run.id))) === undefined) return;
      await woken.promise;
      woken = Promise.withResolvers();
    }
  } catch (error) {
    if (signal?.aborted || (follow && error instanceof StoreError && error.reason === "closed")) return;
    throw error;
  } finally {
    stop();
    signal?.removeEventListener("abort", wake);
  }
}
