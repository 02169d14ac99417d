import { mostHeld, tooLong } from "../wire/oversized-answer.ts";

/**
 * Passes chunks on and bounds what waits for its reader. The SDK reads as fast as the service sends, whatever its reader does: taking
 * every chunk as it comes costs nothing more, and shows how many there are.
 *
 * @param stop called when too much waits: ends the connection. The reader gets {@link OversizedAnswer}.
 */
export function boundedReadAhead(chunks: AsyncIterator<unknown>, stop: () => void): AsyncIterator<unknown, undefined> {
  const waiting: { readonly chunk: unknown; readonly size: number }[] = [];
  let held = 0;
  let end: { readonly error?: unknown } | undefined;
  let wake = (): void => undefined;

  async function readOn(): Promise<void> {
    for (;;) {
      const { done, value } = await chunks.next();
      if (done === true) return;
      const size = JSON.stringify(value)?.length ?? 0;
      waiting.push({ chunk: value, size });
      held += size;
      wake();
      if (held > mostHeld) {
        waiting.length = 0;
        stop();
        throw tooLong("that wait for their reader");
      }
    }
  }
  readOn().then(
    () => {
      end = {};
      wake();
    },
    (error: unknown) => {
      end = { error };
      wake();
    },
  );

  return {
    async next() {
      for (;;) {
        const first = waiting.shift();
        if (first !== undefined) {
          held -= first.size;
          return { done: false, value: first.chunk };
        }
        if (end !== undefined && "error" in end) throw end.error;
        if (end !== undefined) return { done: true, value: undefined };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
