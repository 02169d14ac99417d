const waiting: (() => void)[] = [];

/**
 * Waits for a turn of the event loop that no other heavy step has: ten large bodies that come at once would else be
 * parsed in one, and everybody else wait for all of them.
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
