import { systemClock, type Clock, type Limiter } from "@massgen/core/model";
import { createCallQueue, type CallQueue } from "./call-queue.ts";

/**
 * Makes a limiter that keeps the limits of accounts within this process. Registries that share one keep them together.
 */
export function createLimiter(clock: Clock = systemClock): Limiter {
  const queues = new Map<string, CallQueue>();
  const queueOf = (account: string): CallQueue => {
    const queue = queues.get(account) ?? createCallQueue(clock);
    queues.set(account, queue);
    return queue;
  };
  return {
    limit: (account, limits) => queueOf(account).limit(limits),
    acquire: (account, call) => queueOf(account).enter(call),
    pause: (account, model, ms) => queueOf(account).pause(model, ms),
  };
}
