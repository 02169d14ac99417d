import { Watchers } from "./watchers.ts";

/**
 * Answers that are being written by runs driven here, for viewers in this process. They are no facts: nobody else has
 * them before their run ends.
 */
export class LiveTexts {
  readonly #texts = new Map<string, string>();
  readonly #watchers = new Watchers();

  add(run: string, piece: string): void {
    this.#texts.set(run, this.textOf(run) + piece);
    this.#watchers.wake(run);
  }

  /** The answer so far; empty where none is being written here. */
  textOf(run: string): string {
    return this.#texts.get(run) ?? "";
  }

  /** Calls back when there is more of an answer, until the returned function is called. */
  watch(run: string, wake: () => void): () => void {
    return this.#watchers.watch(run, wake);
  }

  /** The run is over, or driven here no longer. */
  end(run: string): void {
    this.#texts.delete(run);
  }
}
