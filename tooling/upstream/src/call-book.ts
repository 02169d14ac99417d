import type { CallState, UpstreamCall } from "./call.ts";

/** A call that is still written to. */
export type OpenCall = { -readonly [Key in keyof UpstreamCall]: UpstreamCall[Key] };

type NewCall = Omit<UpstreamCall, "n" | "attempt" | "state" | "bytesWritten" | "startedAt" | "endedAt" | "usage">;

interface Waiter {
  readonly check: () => boolean;
  readonly fail: (error: Error) => void;
}

/** The calls of an upstream, and who waits for what of them. */
export interface CallBook {
  readonly calls: readonly OpenCall[];
  readonly callsOf: (model: string) => readonly OpenCall[];
  readonly openCalls: () => number;
  readonly begin: (call: NewCall) => OpenCall;
  readonly end: (call: OpenCall, state: CallState) => void;
  readonly waitForCall: (predicate: (call: OpenCall) => boolean) => Promise<OpenCall>;
  readonly idle: (model?: string) => Promise<void>;
  /** Fails everybody who waits, and will wait. */
  readonly close: () => void;
}

export function createCallBook(remembers: "all" | "open"): CallBook {
  const calls: OpenCall[] = [];
  const byModel = new Map<string, OpenCall[]>();
  const attempts = new Map<string, number>();
  const waiters = new Set<Waiter>();
  let begun = 0;
  let open = 0;
  let closed = false;

  const notify = (): void => {
    for (const waiter of waiters) if (waiter.check()) waiters.delete(waiter);
  };
  const waitFor = <Value>(look: () => Value | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = look();
        if (found !== undefined) resolve(found);
        return found !== undefined;
      };
      if (check()) return;
      if (closed) reject(new Error("The upstream is closed."));
      else waiters.add({ check, fail: reject });
    });
  const callsOf = (model: string): readonly OpenCall[] => byModel.get(model) ?? [];
  const isIdle = (model: string | undefined): boolean =>
    model === undefined ? open === 0 : callsOf(model).every(({ state }) => state !== "open");

  return {
    calls,
    callsOf,
    openCalls: () => open,
    begin(fresh) {
      const { model, place, phase } = fresh;
      const key = JSON.stringify([model, place, phase]);
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      begun += 1;
      open += 1;
      const call: OpenCall = {
        ...fresh,
        n: begun,
        attempt,
        state: "open",
        bytesWritten: 0,
        startedAt: performance.now(),
        endedAt: undefined,
        usage: undefined,
      };
      calls.push(call);
      const own = byModel.get(model) ?? [];
      own.push(call);
      byModel.set(model, own);
      notify();
      return call;
    },
    end(call, state) {
      if (call.state !== "open") return;
      call.state = state;
      call.endedAt = performance.now();
      open -= 1;
      notify();
      if (remembers === "all") return;
      for (const list of [calls, byModel.get(call.model) ?? []]) list.splice(list.indexOf(call), 1);
    },
    waitForCall: (predicate) => waitFor(() => calls.find(predicate)),
    idle: async (model) => {
      await waitFor(() => (isIdle(model) ? true : undefined));
    },
    close() {
      closed = true;
      for (const waiter of waiters) waiter.fail(new Error("The upstream was closed while somebody waited for a call."));
      waiters.clear();
    },
  };
}
