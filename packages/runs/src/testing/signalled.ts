/** A callback that can be waited for. */
export function signalled(): { readonly wake: () => void; readonly next: () => Promise<void> } {
  let waiting = Promise.withResolvers<void>();
  return {
    wake: () => waiting.resolve(),
    async next() {
      await waiting.promise;
      waiting = Promise.withResolvers();
    },
  };
}
