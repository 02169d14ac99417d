/**
 * Few places, given out in the order in which they are asked for. Who no longer wants one is let through without, and
 * has to look at its signal.
 */
export function fewPlaces(most: number): (signal: AbortSignal) => Promise<() => void> {
  let free = most;
  const line = new Set<() => void>();

  function placeGiven(): () => void {
    let mine = true;
    return () => {
      if (!mine) return;
      mine = false;
      const [next] = line;
      if (next) next();
      else free += 1;
    };
  }

  return async (signal) => {
    if (signal.aborted) return () => undefined;
    if (free > 0) {
      free -= 1;
      return placeGiven();
    }
    return new Promise((resolve) => {
      const leave = (place: () => void): void => {
        line.delete(next);
        signal.removeEventListener("abort", gone);
        resolve(place);
      };
      const next = (): void => leave(placeGiven());
      const gone = (): void => leave(() => undefined);
      line.add(next);
      signal.addEventListener("abort", gone);
    });
  };
}
