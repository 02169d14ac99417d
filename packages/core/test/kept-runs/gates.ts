import type { Points } from "./shared-journal.ts";

interface Gates extends Points {
  /** Ends the pauses of this name, and makes no more. */
  readonly open: (what: string) => void;
  /** The names of pauses. */
  readonly closed: Set<string>;
}

/** Pauses that end when the test says so. */
export function gates(): Gates {
  const closed = new Set<string>();
  const waiting: { what: string; go: () => void }[] = [];
  return {
    closed,
    pause: (what) => (closed.has(what) ? new Promise((go) => void waiting.push({ what, go })) : Promise.resolve()),
    open(what) {
      closed.delete(what);
      for (const one of waiting) if (one.what === what) one.go();
    },
  };
}
