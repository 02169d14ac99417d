/**
 * Does tasks in order, so many at a time. The first that fails stops the others from being begun, and is thrown once
 * those under way are over.
 * @param stopped no further task is begun once it is aborted
 */
export async function inParallel(
  tasks: readonly (() => Promise<unknown>)[],
  most: number,
  stopped: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length && failures.length === 0 && !stopped.aborted) {
      const task = tasks[next];
      next += 1;
      try {
        await task?.();
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, tasks.length) }, work));
  if (failures.length > 0) throw failures[0];
}
