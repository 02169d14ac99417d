import type { RunEvent } from "@massgen/core";
import { fold } from "../run/fold.ts";
import { emptyRun, type RunState } from "../run/run-state.ts";
import type { Api } from "./api.ts";
import { ApiError, errorWords } from "./api-error.ts";
import { readEvents } from "./read-events.ts";

/** What is known of a run, and how the connection to it fares. */
export interface Watched {
  readonly state: RunState;
  /** Those with a number, in order. */
  readonly events: readonly RunEvent[];
  /** Why nothing comes, while that lasts. */
  readonly trouble?: string;
  /** It will not come again. */
  readonly lost?: ApiError;
  /** When the last event came, by the browser's clock; for a clock that runs between events. */
  readonly heardAt: number;
}

export const unheard: Watched = { state: emptyRun, events: [], heardAt: 0 };

/** How long to wait before the n-th try, from 1: longer each time, up to ten seconds. In milliseconds. */
function waitBefore(attempt: number): number {
  return Math.min(10_000, 250 * 2 ** Math.min(attempt, 6));
}

/**
 * Follows a run to its end, over broken connections. Events are folded as they come and told once in each frame, so
 * that a thousand small pieces cost one drawing.
 */
export function followRun(api: Api, runId: string, tell: (watched: Watched) => void): () => void {
  const gone = new AbortController();
  let watched: Watched = unheard;
  /** One list, which grows: a run has thousands of events. */
  const events: RunEvent[] = [];
  let asked = false;

  function change(next: Watched): void {
    watched = next;
    if (asked || gone.signal.aborted) return;
    asked = true;
    nextFrame(() => {
      asked = false;
      if (!gone.signal.aborted) tell(watched);
    });
  }

  function take(event: RunEvent): void {
    if (event.seq !== undefined && event.seq > watched.state.seq) events.push(event);
    change({ state: fold(watched.state, event), events, heardAt: performance.now() });
  }

  async function connect(): Promise<void> {
    const { seq } = watched.state;
    const headers: HeadersInit = seq < 0 ? {} : { "Last-Event-ID": String(seq) };
    const path = `massgen/runs/${encodeURIComponent(runId)}/events?drafts=1`;
    const { body } = await api.send(path, { headers, signal: gone.signal });
    if (seq >= 0) change({ ...watched, state: fold(watched.state, { type: "reconnected" }) });
    if (body !== null) await readEvents(body, take);
  }

  void (async () => {
    for (let attempt = 1; !gone.signal.aborted && watched.state.result === undefined; attempt += 1) {
      const { seq } = watched.state;
      try {
        await connect();
      } catch (error) {
        if (gone.signal.aborted) return;
        if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
          change({ ...watched, lost: error });
          return;
        }
        change({ ...watched, trouble: errorWords(error) });
      }
      if (watched.state.seq > seq) attempt = 1;
      if (watched.state.result === undefined) await pause(waitBefore(attempt), gone.signal);
    }
  })();
  return () => gone.abort();
}

/** A hidden tab has no frames: there a timer does. */
function nextFrame(draw: () => void): void {
  if (document.hidden) setTimeout(draw, 250);
  else requestAnimationFrame(draw);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
