import { AsyncLocalStorage } from "node:async_hooks";

const running = new AsyncLocalStorage<string>();

/** Runs code of a provider package, and labels everything that it starts. */
export function inPackage<T>(label: string, work: () => T): T {
  return running.run(label, work);
}

/**
 * Whose code is running: the label of the provider package (`backend acme: the provider package acme-massgen`) whose
 * call led here, even through a timer or a promise that it left behind. For handlers of `uncaughtException` and
 * `unhandledRejection`. Undefined for all other code.
 */
export function packageAtWork(): string | undefined {
  return running.getStore();
}
