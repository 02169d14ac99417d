import type { BrokenCall } from "./paced-upstream.ts";

/** How calls of an upstream are going. */
export interface UpstreamCalls {
  /** Answers that are not out yet. */
  readonly open: number;
  /** Since this was last asked. */
  readonly broken: readonly BrokenCall[];
}

export async function callsOf(upstreamUrl: string): Promise<UpstreamCalls> {
  return (await (await fetch(`${upstreamUrl}/calls`)).json()) as UpstreamCalls;
}

/** Lets every answer stop after its first event, until it is released. */
export async function hold(upstreamUrl: string): Promise<void> {
  await (await fetch(`${upstreamUrl}/hold`)).text();
}

/** Lets the answers of an upstream that holds them go on. */
export async function release(upstreamUrl: string): Promise<void> {
  await (await fetch(`${upstreamUrl}/release`)).text();
}

/** Looks every few milliseconds until it holds. @throws Error when it does not within `mostSeconds` */
export async function until(what: string, mostSeconds: number, holds: () => Promise<boolean>): Promise<void> {
  const lookEveryMs = 50;
  const deadline = performance.now() + mostSeconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${mostSeconds} s`);
    await new Promise((resolve) => void setTimeout(resolve, lookEveryMs));
  }
}
