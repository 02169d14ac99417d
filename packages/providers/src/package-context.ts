import { AsyncLocalStorage } from "node:async_hooks";

const running = new AsyncLocalStorage<string>();

/** Runs code of a provider package, so that what it begins can be told by its label later. */
export function inPackage<T>(label: string, work: () => T): T {
  return running.run(label, work);
}

/**
 * Whose code is running: the label of the provider package (`backend acme: the provider package acme-massgen`) whose
 * call led here, also from a timer or a promise that it left behind. For handlers of `uncaughtException` and
 * `unhandledRejection`. Undefined for everything else.
 */
export function packageAtWork(): string | undefined {
  return running.getStore();
}
