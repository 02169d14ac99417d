// npm run screenshots: makes the pictures of the README anew, from a run of the built command on the simulator.
// Needs Chromium (bash tooling/test-browser/install.sh) and img2webp (apt-get install webp).
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startBrowser, type Page, type TestBrowser } from "@massgen/test-browser";
import { startTeam } from "@massgen/upstream";
import { question, sampleConfig, sampleScript } from "./sample-team.ts";

const run = promisify(execFile);
const images = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const key = "key-for-pictures";

/** One picture in so many milliseconds. */
const frameMs = 250;
const longestMs = 60_000;

const frames = await mkdtemp(join(tmpdir(), "massgen-pictures-"));
try {
  await mkdir(images, { recursive: true });
  await using team = await startTeam(sampleScript, { config: sampleConfig, env: { MASSGEN_SERVER_ADMIN_KEY: key } });
  await using browser = await startBrowser();
  await film(browser, team.url);
  const page = await open(browser, `${team.url}/console/runs#key=${key}`, { width: 1280, height: 800 }, "light");
  await page.getByText(question).first().click();
  await page.getByRole("region", { name: "Answer" }).first().waitFor();
  const address = `${page.url()}#key=${key}`;
  await still(page, "console-light");
  await still(await open(browser, address, { width: 1280, height: 800 }, "dark"), "console-dark");
  await still(await open(browser, address, { width: 390, height: 780 }, "light"), "console-phone");
} finally {
  await rm(frames, { recursive: true });
}

async function open(
  { newPage }: TestBrowser,
  url: string,
  viewport: { readonly width: number; readonly height: number },
  colorScheme: "light" | "dark",
): Promise<Page> {
  const { page } = await newPage({ viewport, colorScheme });
  await page.goto(url);
  await page.getByText(question).first().waitFor();
  return page;
}

async function still(page: Page, name: string): Promise<void> {
  const path = join(frames, `${name}.png`);
  await page.evaluate("document.fonts.ready");
  await page.screenshot({ path });
  await webp(name, ["-lossy", "-q", "88", path]);
}

/** A question from asking to answer, one frame after another. */
async function film({ newPage }: TestBrowser, url: string): Promise<void> {
  const { page } = await newPage({ viewport: { width: 1000, height: 640 }, colorScheme: "light" });
  await page.goto(`${url}/console/#key=${key}`);
  await page.getByLabel("Question").fill(question);
  const paths: string[] = [];
  const shoot = async (): Promise<void> => {
    const path = join(frames, `frame-${String(paths.length).padStart(3, "0")}.png`);
    await page.screenshot({ path });
    paths.push(path);
  };
  for (let n = 0; n < 4; n += 1) await shoot();
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  const began = performance.now();
  let stillFor = 0;
  while (stillFor < 6 && performance.now() - began < longestMs) {
    const next = began + (paths.length - 3) * frameMs;
    await shoot();
    const over = (await page.getByRole("button", { name: /answer now/i }).count()) === 0;
    stillFor = over && performance.now() - began > 3000 ? stillFor + 1 : 0;
    await page.waitForTimeout(Math.max(0, next - performance.now()));
  }
  await webp("console-run", ["-loop", "0", "-min_size", "-lossy", "-q", "55", "-d", String(frameMs), ...paths]);
}

async function webp(name: string, args: readonly string[]): Promise<void> {
  const path = join(images, `${name}.webp`);
  await run("img2webp", [...args, "-o", path]);
  console.log(`${name}.webp: ${Math.ceil((await stat(path)).size / 1000)} kB`);
}
