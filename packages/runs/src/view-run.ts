import type { Clock, LoggedEvent, RuleBook, RunEvent } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { KeptRun } from "./kept-run.ts";
import type { LiveTexts } from "./live-texts.ts";
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

type Viewed = Pick<RunStore, "read" | "find" | "watch">;

/**
 * The events of a kept run, folded from its log: every viewer gets the same ones with the same numbers, in whatever
 * process, while the run goes on and afterwards. Ends without `run-finished` if the run is removed, or the store
 * closed.
 * @throws StoreError what the store fails with; one that waits for more gives it time
 */
export function viewRun(
  store: Viewed,
  run: Pick<KeptRun, "id" | "setup">,
  clock: Clock,
  options?: ViewOptions,
): AsyncGenerator<LoggedEvent, void, undefined> {
  // Without live texts there is nothing but the log.
  return viewLive(store, run, clock, undefined, options) as AsyncGenerator<LoggedEvent, void, undefined>;
}

/**
 * The same, with the pieces of an answer that is being written in this process. A viewer who comes late gets what is
 * written so far in one piece, one in another process none: its text is in the end of the run.
 */
export async function* viewLive(
  store: Viewed,
  run: Pick<KeptRun, "id" | "setup">,
  clock: Clock,
  live: LiveTexts | undefined,
  { follow = true, signal, redact, rules }: ViewOptions = {},
): AsyncGenerator<RunEvent, void, undefined> {
  const eventsOf = replay(run.setup, redact, rules);
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  /** Whether the log may have more. */
  let unread = true;
  const stop = store.watch(run.id, () => {
    unread = true;
    wake();
  });
  const stopLive = live?.watch(run.id, wake);
  signal?.addEventListener("abort", wake);
  const never = new AbortController().signal;
  const asking = <T>(ask: () => Promise<T>): Promise<T> => (follow ? patiently(ask, clock, signal ?? never) : ask());
  let seq = 0;
  let atMs = 0;
  /** Whether the answer has begun, as far as this viewer has read, and how much of it was passed on. */
  let begun = false;
  let passed = 0;
  try {
    for (;;) {
      if (unread) {
        unread = false;
        const facts = await asking(() => store.read(run.id, seq));
        seq += facts.length;
        for (const fact of facts) {
          begun ||= fact.type === "content-started";
          ({ atMs } = fact);
          for (const event of eventsOf(fact)) {
            if (signal?.aborted) return;
            yield event;
            if (event.type === "run-finished") return;
          }
        }
        if (!follow || signal?.aborted) return;
        // Asked only where nothing came: a head may be large.
        if (facts.length === 0 && (await asking(() => store.find(run.id))) === undefined) return;
      }
      if (signal?.aborted) return;
      const text = begun ? (live?.textOf(run.id).slice(passed) ?? "") : "";
      passed += text.length;
      if (text !== "") yield { type: "content-delta", text, atMs };
      await woken.promise;
      woken = Promise.withResolvers();
    }
  } catch (error) {
    if (signal?.aborted || (follow && error instanceof StoreError && error.reason === "closed")) return;
    throw error;
  } finally {
    stop();
    stopLive?.();
    signal?.removeEventListener("abort", wake);
  }
}
