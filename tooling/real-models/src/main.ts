import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { serveModel } from "./model-server.ts";
import { environment } from "./python.ts";
import { configOf, teams } from "./team-config.ts";

// npm run real-models: small open models under llama.cpp, and `massgen compare` of teams of them.

const { values } = parseArgs({
  options: {
    questions: { type: "string", default: "120" },
    team: { type: "string", multiple: true, default: ["qwen", "mixed"] },
    threads: { type: "string", default: "1" },
    out: { type: "string", default: "real-models-report" },
  },
});

const count = wholeNumber("questions", values.questions);
const threads = wholeNumber("threads", values.threads);
const root = join(import.meta.dirname, "../../..");
const out = resolve(process.env["INIT_CWD"] ?? ".", values.out);
mkdirSync(out, { recursive: true });

const asked = values.team.map((name) => {
  const members = new Map(Object.entries(teams)).get(name);
  if (!members) fail(`There is no team ${name}; there are: ${Object.keys(teams).join(", ")}.`);
  return { name, members };
});
const lines = readFileSync(join(import.meta.dirname, "../questions.jsonl"), "utf8")
  .trimEnd()
  .split("\n");
const questions = join(out, "questions.jsonl");
writeFileSync(questions, `${lines.slice(0, count).join("\n")}\n`);

/** The addresses are part of what a team is: with the same ones, a run that was stopped goes on where it stood. */
const portsFile = join(out, "ports.json");

const found = environment();
const needed = new Set(asked.flatMap(({ members }) => members.map(({ model }) => model)));
const ports = earlierPorts();
const servers = await Promise.all(
  [...needed].map(async (model) => [model, await serveModel(found, model, threads, ports.get(model) ?? 0)] as const),
);
try {
  for (const [model, { baseUrl }] of servers) ports.set(model, Number(new URL(baseUrl).port));
  writeFileSync(portsFile, `${JSON.stringify(Object.fromEntries(ports))}\n`);
  const baseUrls = new Map(servers.map(([model, { baseUrl }]) => [model, baseUrl]));
  for (const { name, members } of asked) {
    const config = join(out, `${name}.yaml`);
    writeFileSync(config, configOf(members, baseUrls));
    process.exitCode ||= await compare(["--config", config, "--out", join(out, name)]);
  }
} finally {
  await Promise.all(servers.map(([, server]) => server.stop()));
}

/** The ports of an earlier run with the same `--out`, by model. */
function earlierPorts(): Map<string, number> {
  if (!existsSync(portsFile)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(portsFile, "utf8")) as Record<string, number>));
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) fail(`--${flag} is a whole number from 1 to 9999, not "${text}".`);
  return Number(text);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Runs `massgen compare`, one run at a time: the models have one slot each. Resolves with its exit code. */
async function compare(args: readonly string[]): Promise<number> {
  const cli = join(root, "apps/cli/bin/massgen.js");
  const child = spawn(
    process.execPath,
    [cli, "compare", questions, "--parallel", "1", "--yes", "--retry-failed", ...args],
    {
      stdio: "inherit",
    },
  );
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
