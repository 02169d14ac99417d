/** How long streams that never wait may block the event loop, all together, in milliseconds. */
const longestSpellMs = 5;

let turnAt = performance.now();
let turn: Promise<void> | undefined;

/**
 * Yields to the event loop when 5 ms have passed since the last time. A stream that awaits only settled promises would
 * otherwise starve timers and sockets. Undefined while there is no need to yield.
 */
export function pace(): Promise<void> | undefined {
  if (performance.now() - turnAt < longestSpellMs) return undefined;
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      turnAt = performance.now();
      resolve();
    });
  });
  return turn;
}
