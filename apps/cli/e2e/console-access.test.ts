// How people get into the console of the built command, in a real browser: links, keys, proxies.
import { hasChromium, startBrowser, type Page, type TestBrowser } from "@massgen/test-browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRig, type Rig } from "./contract/rig.ts";
import { send } from "./contract/wire.ts";
import { startPathProxy } from "./path-proxy.ts";
import { teamScript } from "./script.ts";
import { openaiTeam } from "./team.ts";

const config = openaiTeam(["ada", "bob", "cyd"], "history: all\n");

/** Asks the team, so that there is a run to see. */
async function ask({ url }: Rig, question: string): Promise<string> {
  const response = await send(url, { messages: [{ role: "user", content: question }] });
  await response.rest();
  return String(response.headers["x-massgen-run-id"]);
}

async function enterKey(page: Page, key: string): Promise<void> {
  await page.getByLabel(/key/i).fill(key);
  await page.keyboard.press("Enter");
}

describe.skipIf(!hasChromium)("the console in a browser", () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("the start link lets in at once, and its key stands nowhere afterwards", async () => {
    await using rig = await startRig({ config });
    rig.play(teamScript({ votesFor: "cyd-model" }));
    const [, key = ""] = await rig.massgen.matches(/"admin_key":"(admin-[\w-]{22})"/);
    const runId = await ask(rig, "Why is the sky blue?");
    const { page, errors, requests } = await browser.newPage();
    await page.goto(`${rig.url}/console/runs#key=${key}`);
    await page.getByText("Why is the sky blue?").first().waitFor();
    expect(page.url()).toBe(`${rig.url}/console/runs`);
    // Reloading shows the same: the key is kept in this tab.
    await page.goto(`${rig.url}/console/runs/${runId}`);
    await page.getByText("Why is the sky blue?").first().waitFor();
    expect(await page.evaluate("document.cookie + JSON.stringify(localStorage)")).toBe("{}");
    const decoded = requests.map((url) => decodeURIComponent(url));
    expect(decoded.filter((url) => url.includes(key))).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${rig.url}/`))).toEqual([]);
    expect(rig.massgen.stderr().split(key)).toHaveLength(2);
    expect(rig.massgen.stdout()).not.toContain(key);
    expect(errors).toEqual([]);
  });

  test("a key is entered; a wrong one is told from a right one, and neither gets into a URL or the log", async () => {
    await using rig = await startRig({ config, env: { MASSGEN_SERVER_ADMIN_KEY: "the-key-of-the-operator" } });
    rig.play(teamScript({ votesFor: "cyd-model" }));
    await ask(rig, "Why is the sky blue?");
    const { page, requests } = await browser.newPage();
    // The root leads there.
    await page.goto(`${rig.url}/`);
    expect(page.url()).toBe(`${rig.url}/console/`);
    await page.goto(`${rig.url}/console/runs`);
    await enterKey(page, "a-wrong-key");
    await page.getByRole("alert").waitFor();
    await enterKey(page, "the-key-of-the-operator");
    await page.getByText("Why is the sky blue?").first().waitFor();
    for (const text of [...requests, rig.massgen.stderr(), rig.massgen.stdout()]) {
      expect(text).not.toMatch(/a-wrong-key|the-key-of-the-operator/);
    }
  });

  test("below a path of a proxy: link, files, data and a run that is opened by its address", async () => {
    await using rig = await startRig({ config, env: { MASSGEN_SERVER_ADMIN_KEY: "the-key-of-the-operator" } });
    rig.play(teamScript({ votesFor: "cyd-model" }));
    const runId = await ask(rig, "Why is the sky blue?");
    await using proxy = await startPathProxy("/tools/massgen", rig.url);
    const { page, errors, requests } = await browser.newPage();
    await page.goto(`${proxy.url}/console#key=the-key-of-the-operator`);
    expect(page.url()).toBe(`${proxy.url}/console/`);
    await page.goto(`${proxy.url}/console/runs/${runId}`);
    await page.getByText("Why is the sky blue?").first().waitFor();
    expect(requests.filter((url) => !url.startsWith(`${proxy.url}/`))).toEqual([]);
    expect(requests.some((url) => url.includes(`/massgen/runs/${runId}`))).toBe(true);
    expect(errors).toEqual([]);
  });
});
