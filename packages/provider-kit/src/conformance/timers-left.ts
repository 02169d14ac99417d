import { AsyncLocalStorage, createHook } from "node:async_hooks";
import { turns } from "./patience.ts";

/**
 * Counts the timers that `run` set, directly or indirectly, and that are still due after it ended. Timers of anything
 * else in the process, and those that let it exit, are not counted.
 */
export async function timersLeftBy(run: () => Promise<void>): Promise<number> {
  const inside = new AsyncLocalStorage<true>();
  const due = new Map<number, NodeJS.Timeout>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === "Timeout" && inside.getStore() === true) due.set(id, resource as NodeJS.Timeout);
    },
    destroy: (id) => void due.delete(id),
  }).enable();
  try {
    await inside.run(true, run);
    await turns();
    return [...due.values()].filter((timer) => timer.hasRef()).length;
  } finally {
    hook.disable();
  }
}
