import { systemPorts } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import { driveForParent } from "../src/alone/drive-for-parent.ts";

// A process of its own for one run, as the first argument says: `answers`; `dies` when its model is asked; `limited`,
// whose calls wait for a turn of an account; `hangs` in its calls; `refuses` to start.

const [how] = process.argv.slice(2);
if (how === "refuses") process.exit(2);
process.on("disconnect", () => process.exit(1));
process.on("SIGTERM", () => undefined);

let sent = Promise.resolve();
await driveForParent({
  channel: {
    send: (message) => {
      sent = new Promise((resolve) => void process.send?.(message, undefined, undefined, () => resolve()));
    },
    onMessage: (listener) => void process.on("message", listener),
  },
  ports: systemPorts,
  prepare: async (limiter) => async () => [
    {
      id: "a",
      model: scriptedModel(async () => {
        process.send?.("what a package may say");
        if (how === "dies") process.kill(process.pid, "SIGKILL");
        if (how === "hangs") await new Promise(() => {});
        if (how === "limited") {
          const call = { model: "m", tokens: 5, signal: new AbortController().signal, onQueued: () => undefined };
          const turn = await limiter.acquire("account", call);
          turn.end(7);
        }
        return `the answer of ${process.pid}`;
      }),
    },
  ],
});
await sent;
process.exit(0);
