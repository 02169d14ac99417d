import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Environment } from "./python.ts";

/** A model that answers at an address. */
export interface ModelServer {
  /** As a backend's `base_url`. */
  readonly baseUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts llama.cpp with a model, at the lowest priority, on a port of loopback; 0 is a free one. */
export async function serveModel(
  { python, models }: Environment,
  name: string,
  threads: number,
  port: number,
): Promise<ModelServer> {
  const file = models.get(name);
  if (file === undefined) throw new Error(`There is no model ${name}; there are: ${[...models.keys()].join(", ")}.`);
  const script = join(import.meta.dirname, "../serve.py");
  const child = spawn(python, [script, name, file, `${threads}`, `${port}`], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), ended.then(() => undefined)]);
  const address = first?.[0] as unknown;
  if (typeof address !== "string" || !address.startsWith("http")) {
    const other = port === 0 ? "" : ` Is port ${port} taken? Without ports.json of --out, other ports are taken.`;
    throw new Error(`${name} did not start: its server said ${JSON.stringify(address)}.${other}`);
  }
  return {
    baseUrl: `${address}/v1`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
