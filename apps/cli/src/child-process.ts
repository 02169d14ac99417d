import { fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import type { Channel } from "@massgen/runs";
import type { ParentChannel } from "./context.ts";
import { exitCode } from "./terminal/exit-code.ts";

/** Starts the command line again in a process of its own, beside this one, and gives the way to it. */
export function forkSelf(args: readonly string[]): Channel {
  const [, script = ""] = process.argv;
  const child = fork(script, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const gone = Promise.withResolvers<void>();
  child.on("error", () => {
    // It could not be started, or not be told something because it is gone.
    if (child.pid === undefined) gone.resolve();
  });
  void once(child, "close").then(
    () => gone.resolve(),
    () => undefined,
  );
  return {
    send: (message) => void (child.connected && child.send(message as object)),
    onMessage: (listener) => void child.on("message", listener),
    closed: gone.promise,
    kill: () => void child.kill("SIGKILL"),
  };
}

/** The way to the process that has started this one, if it is one of ours. From now on this one ends with it. */
export function parentChannel(): ParentChannel | undefined {
  if (process.send === undefined) return undefined;
  process.on("disconnect", () => process.exit(exitCode.failure));
  let sent = Promise.resolve();
  return {
    send(message) {
      const before = sent;
      sent = new Promise((resolve) => {
        process.send?.(message, undefined, undefined, () => void before.then(resolve));
      });
    },
    onMessage: (listener) => void process.on("message", listener),
    flushed: () => sent,
  };
}
