import { shownDollars, shownDuration } from "../../runs/amounts.ts";

/** Where progress is told. */
export interface ProgressPorts {
  readonly write: (text: string) => void;
  /** A terminal, on which a line is written over and over. */
  readonly terminal: boolean;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Tells how far a number of runs has come, and how long the rest will take. */
export interface Progress {
  /** @param usd what is spent so far; null where it is unknown */
  readonly done: (usd: number | null) => void;
  readonly end: () => void;
}

/** Elsewhere than on a terminal it takes a line for each tenth. */
const parts = 10;

export function startProgress(what: string, count: number, { write, terminal, now }: ProgressPorts): Progress {
  const startedAt = now();
  let finished = 0;
  const line = (usd: number | null): string => {
    const leftMs = ((now() - startedAt) / Math.max(1, finished)) * (count - finished);
    const left = finished === 0 || finished === count ? [] : [`about ${shownDuration(leftMs)} left`];
    return [`${what}: ${finished} of ${count}`, ...(usd === null ? [] : [shownDollars(usd)]), ...left].join(", ");
  };
  if (terminal) write(`\r\u001b[K${line(null)}`);
  return {
    done(usd) {
      const before = Math.floor((finished * parts) / count);
      finished += 1;
      if (terminal) write(`\r\u001b[K${line(usd)}`);
      else if (Math.floor((finished * parts) / count) > before) write(`${line(usd)}\n`);
    },
    end() {
      if (terminal) write("\n");
    },
  };
}
