import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { duration } from "../../figures/duration.ts";

interface Props {
  /** Since when, in milliseconds from the start of the run. */
  readonly sinceMs: number;
  /** The time of the last event. */
  readonly atMs: number;
  /** When that came, by the browser's clock. */
  readonly heardAt: number;
}

/** A clock that runs on between events. */
export function Elapsed({ sinceMs, atMs, heardAt }: Props): VNode {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 200);
    return () => clearInterval(timer);
  }, []);
  const since = heardAt === 0 ? 0 : Math.max(0, now - heardAt);
  return <span>{duration(Math.max(0, atMs - sinceMs) + since)}</span>;
}
