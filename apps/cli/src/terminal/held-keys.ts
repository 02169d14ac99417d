import process from "node:process";

const [interrupt, suspend, quit] = ["\u0003", "\u001a", "\u001c"];

/**
 * Reads the keys of a terminal while something is drawn on it: they would be shown in the middle of it, and move it.
 * Ctrl-C calls back, Ctrl-Z and Ctrl-\ do what they always do, other keys nothing.
 *
 * @returns what gives the keys back
 */
export function holdKeys(
  stdin: NodeJS.ReadStream,
  { onInterrupt, onContinue }: { readonly onInterrupt: () => void; readonly onContinue: () => void },
): () => void {
  const hold = (): void => void stdin.setRawMode(true);
  const resume = (): void => {
    hold();
    onContinue();
  };
  const onKeys = (keys: Buffer | string): void => {
    for (const key of keys.toString()) {
      if (key === interrupt) onInterrupt();
      if (key === quit) process.kill(process.pid, "SIGQUIT");
      if (key === suspend && process.platform !== "win32") {
        stdin.setRawMode(false);
        process.kill(process.pid, "SIGTSTP");
      }
    }
  };
  hold();
  stdin.on("data", onKeys).resume();
  if (process.platform !== "win32") process.on("SIGCONT", resume);
  return () => {
    process.off("SIGCONT", resume);
    stdin.off("data", onKeys).pause();
    stdin.setRawMode(false);
  };
}
