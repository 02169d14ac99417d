import { sharedMs } from "./clock.ts";

/** What became of a load. */
export interface Load<T> {
  readonly results: readonly T[];
  /** Messages of those that failed. */
  readonly failures: readonly string[];
  /** Most that were under way at a time. */
  readonly peak: number;
}

/**
 * Open-loop load: each one starts when it is due, whether the ones before have ended or not. Resolves when all have
 * ended.
 * @param one gets its number, from 0, and when it was due by the shared clock; a rejection counts as a failure
 */
export async function openLoop<T>(
  { perSecond, count }: { readonly perSecond: number; readonly count: number },
  one: (n: number, dueAt: number) => Promise<T>,
): Promise<Load<T>> {
  const results: T[] = [];
  const failures: string[] = [];
  let underWay = 0;
  let peak = 0;
  const track = async (n: number, dueAt: number): Promise<void> => {
    underWay += 1;
    peak = Math.max(peak, underWay);
    try {
      results.push(await one(n, dueAt));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    } finally {
      underWay -= 1;
    }
  };
  const all: Promise<void>[] = [];
  const startedAt = sharedMs();
  const dueAt = (n: number): number => startedAt + (n * 1000) / perSecond;
  while (all.length < count) {
    const waitMs = dueAt(all.length) - sharedMs();
    if (waitMs > 0) await new Promise((resolve) => void setTimeout(resolve, waitMs));
    while (all.length < count && dueAt(all.length) <= sharedMs()) all.push(track(all.length, dueAt(all.length)));
  }
  await Promise.all(all);
  return { results, failures, peak };
}
