import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "../../workspace/command.mjs";
import { packAll } from "../../workspace/tarball.mjs";
import { startCommand } from "./child-server.ts";
import { median, ms, table } from "./figures.ts";
import { verdict } from "./verdict.ts";

const bareServer = fileURLToPath(new URL("bare-server.ts", import.meta.url));
const starts = 15;
const mostMs = 350;

/**
 * Packs what would be published, installs it into an empty folder with npm, and resolves with the installed command.
 */
async function install(folder: string): Promise<string> {
  const packed = join(folder, "packed");
  const project = join(folder, "project");
  await Promise.all([mkdir(packed), mkdir(project)]);
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "stranger", private: true }));
  const files = (await packAll(packed)).map(({ file }) => file);
  const { ok, output } = await capture("npm", ["install", "--no-audit", "--no-fund", ...files], { cwd: project });
  if (!ok) throw new Error(`npm cannot install the packed packages.\n${output}`);
  return join(project, "node_modules", ".bin", "massgen");
}

/** From the start of the process to the line that says where it listens; and what Node and Express alone take. */
export async function startTime(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-bench-"));
  try {
    const massgen = await install(folder);
    const times = { node: [] as number[], express: [] as number[], massgen: [] as number[] };
    // The first start fills the disk's cache.
    for (let n = 0; n <= starts; n++) {
      const node = await nodeTime();
      const express = await listenTime(process.execPath, [bareServer, "http://127.0.0.1:9"], folder);
      const ours = await listenTime(massgen, ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"], folder);
      if (n === 0) continue;
      times.node.push(node);
      times.express.push(express);
      times.massgen.push(ours);
    }
    console.log(`From start to ready, median of ${starts}; massgen packed and installed with npm\n`);
    console.log(
      table([
        ["", "ms", "least", "most"],
        ["node, an empty script", ...summary(times.node)],
        ["bare server (Express, from sources)", ...summary(times.express)],
        ["massgen serve --demo", ...summary(times.massgen)],
      ]),
    );
    return verdict(`massgen at most ${mostMs} ms`, median(times.massgen) <= mostMs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summary(times: readonly number[]): string[] {
  return [median(times), Math.min(...times), Math.max(...times)].map(ms);
}

async function listenTime(command: string, args: readonly string[], home: string): Promise<number> {
  const server = await startCommand({ command, args, env: { HOME: home } });
  await server.stop();
  return server.readyMs;
}

async function nodeTime(): Promise<number> {
  const startedMs = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - startedMs;
}
