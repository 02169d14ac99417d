// A run as one HTML file: the same from a store and from a server, harmless whatever models wrote, and complete.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hasChromium, startBrowser } from "@massgen/test-browser";
import {
  httpError,
  labelOf,
  pointedAt,
  type Script,
  startUpstream,
  text,
  type Upstream,
  vote,
} from "@massgen/upstream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MassgenProcess, runMassgen, startMassgen } from "./massgen-process.ts";
import { openaiTeam } from "./team.ts";
import { withoutConsole } from "./without-console.ts";

/** What ends a script, a comment and a line, and what a page must not run. */
const hostile =
  "</script><script>document.title='owned'</script><!-- \u2028\u2029 & <img src=x onerror=document.title='owned'>";

const script: Script = (call) => {
  if (call.phase === "ballot") return vote(labelOf(call, `bob ${hostile}`), `reason ${hostile}`);
  if (call.model === "cyd-model") return httpError(400, { error: { message: `refused ${hostile}` } });
  return text(`${call.model.replace("-model", "")} ${hostile}`);
};

const key = "key-of-the-operator";
const clientKey = "key-of-a-client";
let folder: string;
let upstream: Upstream;
let massgen: MassgenProcess;
let url: string;
let runId: string;
let store: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-export-"));
  store = `sqlite:${join(folder, "runs.db")}`;
  upstream = await startUpstream(script);
  massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", "--store", store],
    env: { ...pointedAt(upstream), MASSGEN_SERVER_ADMIN_KEY: key },
    files: {
      "config.yaml": openaiTeam(
        ["ada", "bob", "cyd"],
        `history: all\nserver: { client_keys: [{ name: owner-of-it-all, key: ${clientKey} }] }\n`,
      ),
    },
  });
  url = await massgen.ready();
  const tool = { type: "function", function: { name: "look", description: hostile, parameters: { title: hostile } } };
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${clientKey}` },
    body: JSON.stringify({
      messages: [
        { role: "system", content: hostile },
        { role: "user", content: `Why? ${hostile}` },
      ],
      tools: [tool],
    }),
  });
  const { massgen_metadata: told } = (await response.json()) as { massgen_metadata: { run_id: string } };
  runId = told.run_id;
});
afterAll(async () => {
  await massgen[Symbol.asyncDispose]();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

async function exported(name: string, ...source: readonly string[]): Promise<string> {
  const file = join(folder, name);
  const { code, stderr, stdout } = await runMassgen({
    args: ["runs", "show", runId, "--html", file, ...source],
    env: { MASSGEN_SERVER_ADMIN_KEY: key },
  });
  expect([code, stdout, stderr]).toEqual([0, "", expect.stringMatching(/^Wrote .*run.* \(\d+ kB\)\.\n$/)]);
  return readFile(file, "utf8");
}

test("is the same from a store and from a server, and does not say who asked, where, or with which key", async () => {
  const ofStore = await exported("run-of-store.html", "--store", store);
  const ofServer = await exported("run-of-server.html", "--server", url);
  expect(ofStore).toContain(runId);
  expect(ofServer).toBe(ofStore);
  const { host, port } = new URL(url);
  for (const word of [key, clientKey, "owner-of-it-all", host, port, upstream.url, folder, store]) {
    expect([word, ofStore.includes(word)]).toEqual([word, false]);
  }
});

test("what models wrote ends no script, in whatever field it stands", async () => {
  const page = await exported("run-hostile.html", "--store", store);
  const [, inlined = ""] = /<script[^>]*type="application\/json"[^>]*>(.*?)<\/script>/s.exec(page) ?? [];
  // All of it is one JSON text without the characters that could end it.
  const record = JSON.parse(inlined) as object;
  expect(inlined).not.toMatch(/[<\u2028\u2029]/);
  const written = JSON.stringify(record);
  // Reasons are one line, whose ends are blanks; what providers say is cut.
  const parts = [`bob ${hostile}`, `Why? ${hostile}`, "reason </script><script>", "refused </script><script>"];
  for (const part of parts) expect(written).toContain(JSON.stringify(part).slice(1, -1));
  expect(page.split("</script>")).toHaveLength(3);
});

test.skipIf(!hasChromium)("opens from a folder, asks nobody for anything, and shows text as text", async () => {
  await exported("run-opened.html", "--store", store);
  await using browser = await startBrowser();
  const { page, errors, requests } = await browser.newPage({ offline: true });
  const address = pathToFileURL(join(folder, "run-opened.html")).href;
  await page.goto(address);
  await page.getByText("Why? </script>").first().waitFor();
  expect(await page.title()).not.toContain("owned");
  expect(await page.locator("img[onerror]").count()).toBe(0);
  expect(requests).toEqual([address]);
  expect(errors).toEqual([]);
});

test("says what is wrong with the file, and what the command lacks", async () => {
  const show = (file: string, env: Readonly<Record<string, string>> = {}) =>
    runMassgen({ args: ["runs", "show", runId, "--store", store, "--html", file], env });
  const nowhere = await show(join(folder, "none", "run.html"));
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("its folder does not exist")]);
  const bare = await show(join(folder, "run.html"), withoutConsole);
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining("npm install @massgen/console")]);
});
