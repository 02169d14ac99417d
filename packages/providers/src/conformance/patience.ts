import { AssertionError } from "node:assert";

/** How long the kit waits for what a promise says happens at once, in milliseconds: much longer than it takes. */
const patienceMs = 3000;
/** How long a case may take, in milliseconds: longer than that wait, shorter than runners allow. */
export const caseMs = 4500;

/**
 * Waits for something that has to happen.
 * @throws AssertionError saying that `what` did not come in time
 */
export async function within<T>(work: Promise<T>, what: string, ms = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AssertionError({ message: `${what}: not within ${ms / 1000} s` })), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets everything that is ready happen: so many turns of the event loop. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}
