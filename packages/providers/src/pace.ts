/** How long streams that never wait may keep the process to themselves, all together, in milliseconds. */
const longestSpellMs = 5;

let turnAt = performance.now();
let turn: Promise<void> | undefined;

/**
 * Lets everything else of the process have its turn when 5 ms have passed since the last time: who awaits nothing but
 * promises that are settled already would starve timers and sockets for ever. Undefined while there is no need to wait.
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
