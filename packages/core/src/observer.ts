import { describeThrown } from "./thrown.ts";

/** Receives what an observer threw, or what its promise rejected with. */
export type ObserverFailed = (observer: string, error: unknown) => void;

/**
 * Wraps an observer so that its failures break nothing: whatever it throws or rejects with goes to `failed`. Without
 * `failed` the process warns, once per guard.
 */
export function guardObserver<Seen extends unknown[]>(
  name: string,
  observe: ((...seen: Seen) => unknown) | undefined,
  failed: ObserverFailed = warnOnce(),
): (...seen: Seen) => void {
  if (observe === undefined) return () => {};
  const tell = (error: unknown): void => {
    try {
      failed(name, error);
    } catch {
      // There is no one left to report to.
    }
  };
  return (...seen) => {
    try {
      const returned = observe(...seen);
      // Only objects can be promises; most observers return nothing, and many events pass here.
      if (typeof returned === "object" && returned !== null) Promise.resolve(returned).catch(tell);
    } catch (error) {
      tell(error);
    }
  };
}

function warnOnce(): ObserverFailed {
  let warned = false;
  return (observer, error) => {
    if (warned) return;
    warned = true;
    const message = `${observer} failed, and may fail again: ${describeThrown(error).message}`;
    process.emitWarning(message, { type: "MassgenWarning", code: "MASSGEN_OBSERVER" });
  };
}
