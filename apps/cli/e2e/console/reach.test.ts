// Who can use the console of the built command: with a keyboard, a screen reader, a phone, in the dark.
import { barriers, hasChromium, type Page } from "@massgen/test-browser";
import { teamScript, text } from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { Gates, gatedTeam, openRoom, seat, status } from "./room.ts";

const seven = ["ada", "bob", "cyd", "an-agent-with-a-rather-long-name-for-a-phone", "eve", "fay", "gil"];
const longWord = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(4);

/** How many pixels a page is wider than its window. */
async function overhang(page: Page): Promise<number> {
  return page.evaluate<number>(
    "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)",
  );
}

describe.skipIf(!hasChromium)("the console is within reach", () => {
  test("on a phone nothing is wider than the window, in any view", async () => {
    const script = teamScript({ draft: ({ model }) => text(`${model} ${longWord} ${"word ".repeat(400)}`) });
    await using room = await openRoom(seven, script);
    const { runId, done } = await room.ask(`Why ${longWord}?`);
    await done;
    const { page } = await room.visit(`runs/${runId}`, { viewport: { width: 360, height: 740 } });
    await page.getByRole("region", { name: "Answer" }).waitFor();
    expect(await overhang(page)).toBe(0);
    for (const name of ["Timeline", "Compare", "Ballots", "Receipt", "Events"]) {
      await page.getByRole("tab", { name }).click();
      expect(await overhang(page), name).toBe(0);
    }
    for (const name of ["Runs", "Sums", "Ask"]) {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("main").getByText("Why").or(page.getByRole("table")).first().waitFor();
      expect(await overhang(page), name).toBe(0);
    }
  });

  test.each(["light", "dark"] as const)("no barriers that axe knows, %s", async (colorScheme) => {
    const gates = new Gates();
    gates.open("draft ada", "draft bob", "draft cyd", "vote ada");
    await using room = await openRoom(["ada", "bob", "cyd"], gatedTeam(gates, { ada: "cyd", bob: "cyd", cyd: "ada" }));
    const { runId, done } = await room.ask("Why is the sky blue?");
    // Colours are judged where they have come to rest.
    const { page } = await room.visit(`runs/${runId}`, { colorScheme, reducedMotion: "reduce" });
    await expect.poll(() => status(page).textContent()).toContain("1 of 3 have voted");
    expect(await barriers(page)).toEqual([]);
    gates.open("vote bob", "vote cyd", "answer");
    await expect.poll(() => status(page).textContent()).toContain("cyd won");
    await done;
    expect(await barriers(page)).toEqual([]);
    for (const name of ["Timeline", "Compare", "Ballots", "Receipt", "Events"]) {
      await page.getByRole("tab", { name }).click();
      expect(await barriers(page), name).toEqual([]);
    }
    for (const name of ["Runs", "Sums", "Ask"]) {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("main").getByText("Why is").or(page.getByRole("table")).first().waitFor();
      expect(await barriers(page), name).toEqual([]);
    }
    await page.getByRole("button", { name: "Forget key" }).click();
    await page.getByLabel("Key of this server").waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  test("with the keyboard alone: ask, look at the tabs, read a whole draft, go to the list", async () => {
    const script = teamScript({ draft: ({ model }) => text(`${model} ${"word ".repeat(300)}end`) });
    await using room = await openRoom(["ada", "bob"], script);
    const { page } = await room.visit("");
    await page.getByLabel("Question").waitFor();
    await tabTo(page, "Question");
    await page.keyboard.type("Why?");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Answer" }).waitFor();
    await expect.poll(() => status(page).textContent()).toMatch(/won|drawn/);
    await tabTo(page, "Table");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    await page.keyboard.press("End");
    await page.getByRole("region", { name: "Events" }).waitFor();
    await page.keyboard.press("Home");
    await tabTo(page, "Read all 302 words");
    await page.keyboard.press("Space");
    await expect.poll(() => seat(page, "ada").getByRole("button").getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("Shift+Tab");
    await tabTo(page, "Runs");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
  });
});

/** Goes on with the Tab key until what has this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(
      "(document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent).trim()",
    );
    if (focused === name) return;
  }
  throw new Error(`No '${name}' within 60 steps.`);
}
