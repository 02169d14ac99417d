// The first example of each published package's README is a whole program: it runs as it stands, here against services
// that are played.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pointedAt, startProcess, startUpstream, teamScript, type Upstream } from "@massgen/upstream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../../e2e/command-line.ts";
import { readPage } from "./printed-page.ts";

const packages = ["config", "core", "provider-kit", "providers", "server"];

let folder: string;
let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream(teamScript({}));
  folder = await mkdtemp(join(tmpdir(), "massgen-readmes-"));
  await mkdir(join(folder, "node_modules", "@massgen"), { recursive: true });
  for (const name of packages) {
    const target = fileURLToPath(new URL(`../../../../packages/${name}`, import.meta.url));
    await symlink(target, join(folder, "node_modules", "@massgen", name), "junction");
  }
});
afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true });
});

/** The first block of a language in a page. */
function firstBlock(path: string, language: string): string {
  const [, block] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(readPage(path)) ?? [];
  if (block === undefined) throw new Error(`${path} has no ${language}.`);
  return block;
}

/** Runs the first example of a package, changed where it names what is not here, with some lines after it. */
async function runExample(name: string, change: (code: string) => string, more: string): Promise<string> {
  const code = change(firstBlock(`packages/${name}/README.md`, "ts"));
  await writeFile(join(folder, `${name}.ts`), `${code}\n${more}\n`);
  await using running = await startProcess({
    command: process.execPath,
    args: ["--conditions=massgen-source", `${name}.ts`],
    cwd: folder,
    env: { ...pointedAt(upstream), ANTHROPIC_API_KEY: "sk-ant-0123456789", ANTHROPIC_BASE_URL: upstream.url },
  });
  expect(await running.exited, running.stderr()).toMatchObject({ code: 0 });
  return running.stdout();
}

const asItStands = (code: string): string => code;

it("@massgen/core", async () => {
  expect(await runExample("core", asItStands, "")).toMatch(/^Because .*\n$/);
});

it("@massgen/providers", async () => {
  const ends = "console.log(text); process.exit(0);";
  expect(await runExample("providers", asItStands, ends)).toBe("The final coordinated answer.\n");
});

it("@massgen/config", async () => {
  await writeFile(join(folder, "massgen.yaml"), firstBlock("apps/cli/README.md", "yaml"));
  expect(await runExample("config", asItStands, "console.log(text);")).toBe("The final coordinated answer.\n");
});

it("@massgen/server", async () => {
  const onAnyPort = (code: string): string => code.replace("port: 4000", "port: 0");
  const asks = `const response = await fetch(\`\${server.url}/v1/chat/completions\`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: "Why is the sky blue?" }] }),
  });
  console.log((await response.json()).choices[0].message.content);
  process.exit(0);`;
  expect(await runExample("server", onAnyPort, asks)).toBe("The final coordinated answer.\n");
});

it("@massgen/provider-kit", async () => {
  await using service = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end('data: {"type":"text","text":"Hello"}\n\ndata: {"type":"end"}\n\n');
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const atHome = (code: string): string => code.replace("https://api.acme.example", url);
  const asks = `const model = createModel({ fetch, redact: (text) => text, env: {} });
  for await (const event of model.stream({ messages: [{ role: "user", content: "Hi" }] })) console.log(event);`;
  expect(await runExample("provider-kit", atHome, asks)).toMatch(/Hello[^]*finish/);
});

it("massgen: massgen check finds nothing wrong with its team", async () => {
  const files = { "team.yaml": firstBlock("apps/cli/README.md", "yaml") };
  const env = { OPENAI_API_KEY: "sk-test-0123456789", GEMINI_API_KEY: "AIzaTest" };
  expect(await runCommand({ args: ["check", "team.yaml"], files, env })).toMatchObject({ code: 0, stderr: "" });
});
