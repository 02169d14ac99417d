const waiting: (() => void)[] = [];

/**
 * Waits for a turn of the event loop without another heavy step. Otherwise ten large bodies that arrive together would
 * be parsed in one turn, and everyone else would wait for all of them.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(give);
  });
}

function give(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(give);
}
