/** Who wants to hear of new facts, in one process. */
export class Watchers {
  readonly #byRun = new Map<string, Set<() => void>>();

  /** Calls back for each {@link wake} of this run until the returned function is called. */
  watch(id: string, wake: () => void): () => void {
    // A wrapper, so that one function may watch twice.
    const own = (): void => wake();
    const watching = this.#byRun.get(id) ?? new Set();
    watching.add(own);
    this.#byRun.set(id, watching);
    return () => {
      watching.delete(own);
      if (watching.size === 0 && this.#byRun.get(id) === watching) this.#byRun.delete(id);
    };
  }

  wakeAll(): void {
    for (const id of this.#byRun.keys()) this.wake(id);
  }

  wake(id: string): void {
    for (const wake of this.#byRun.get(id) ?? []) wake();
  }
}
