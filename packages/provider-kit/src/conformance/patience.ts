import { AssertionError } from "node:assert";
import { setTimeout as delay } from "node:timers/promises";

/** How long the kit waits for what a promise says happens at once, in milliseconds: much longer than it takes. */
const patienceMs = 3000;
/** How long a case may take, in milliseconds: longer than that wait, shorter than runners allow. */
export const caseMs = 4500;
/** Waits are counted in steps of this length. A late step counts once, so that waits are longer on a busy machine. */
const stepMs = 10;

/**
 * Waits for something that has to happen.
 * @throws AssertionError saying that `what` did not come in time
 */
export async function within<T>(work: Promise<T>, what: string, ms = patienceMs): Promise<T> {
  const over = new AbortController();
  const late = async (): Promise<never> => {
    for (let waitedMs = 0; waitedMs < ms; waitedMs += stepMs) await delay(stepMs, undefined, over);
    throw new AssertionError({ message: `${what}: not within ${ms / 1000} s` });
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    over.abort();
  }
}

/** Waits for `count` turns of the event loop. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}
