// Past runs in the console of the built command, in a real browser.
import { hasChromium } from "@massgen/test-browser";
import { httpError, teamScript, text } from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { openRoom } from "./room.ts";

describe.skipIf(!hasChromium)("past runs in the console", () => {
  test("the list, its filters, and all that one run is made of", async () => {
    await using room = await openRoom(["ada", "bob", "cyd"], teamScript({ votesFor: "cyd-model" }));
    const { done, runId } = await room.ask("A question that works");
    await done;
    room.rig.play(() => httpError(400, { error: { message: "Not like this." } }));
    await (
      await room.ask("A question that fails")
    ).done;
    const { page, errors } = await room.visit("runs");
    const list = page.getByRole("main").getByRole("list");
    await expect.poll(() => list.textContent()).toContain("A question that fails");
    expect(await list.textContent()).toContain("A question that works");

    await page.getByLabel("Outcome").selectOption("failed");
    await expect.poll(() => list.textContent()).not.toContain("A question that works");
    expect(page.url()).toMatch(/\?outcome=failed$/);
    await page.goBack();
    await page.getByRole("link", { name: "A question that works" }).click();
    await expect.poll(() => page.url()).toContain(`/console/runs/${runId}`);

    await page.getByRole("tab", { name: "Timeline" }).click();
    const cyd = page.getByRole("region", { name: "Calls of cyd" });
    await expect.poll(() => cyd.textContent()).toMatch(/draft.*vote.*answer/);
    await page.getByRole("tab", { name: "Compare" }).click();
    await page.getByLabel("Right").selectOption("cyd");
    const sides = page.getByRole("region", { name: "Drafts side by side" });
    await expect.poll(() => sides.locator("mark").allTextContents()).toEqual(["ada-model.", "cyd-model."]);
    await page.getByRole("tab", { name: "Ballots" }).click();
    const seen = page.getByRole("list", { name: "Answers as ada saw them" }).getByRole("listitem");
    await expect.poll(() => seen.allTextContents()).toHaveLength(2);
    expect((await seen.allTextContents()).toSorted()).toEqual(["bob", "cyd (chosen)"]);
    await page.getByRole("tab", { name: "Receipt" }).click();
    await expect.poll(() => page.getByRole("row").count()).toBe(4);
    await page.getByRole("tab", { name: "Events" }).click();
    await page.getByText("winner-selected").click();
    await expect.poll(() => page.locator("pre").textContent()).toContain('"agentId": "cyd"');

    await page.getByRole("button", { name: "Ask again" }).click();
    await expect.poll(() => page.getByLabel("Question").inputValue()).toBe("A question that works");
    expect(errors).toEqual([]);
  });

  test("what the runs came to", async () => {
    await using room = await openRoom(["ada", "bob", "cyd"], teamScript({ votesFor: "cyd-model" }));
    await (
      await room.ask("One")
    ).done;
    await (
      await room.ask("Two")
    ).done;
    const { page, errors } = await room.visit("sums");
    const days = page.getByRole("region", { name: "By day and team" }).last();
    await expect.poll(() => days.textContent()).toContain("massgen");
    const agents = page.getByRole("region", { name: "By agent" }).last();
    await expect.poll(() => agents.getByRole("row").nth(3).textContent()).toMatch(/^cydcyd-model2100 %/);
    expect(await page.getByText("2 answers, ").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("a run that is not here, and a list without runs, say so", async () => {
    await using room = await openRoom(["ada", "bob"], teamScript({ draft: () => text("42") }));
    const { page } = await room.visit("runs");
    await page.getByText("No runs yet.").waitFor();
    const { page: other } = await room.visit("runs/run_nowhere");
    await other.getByRole("heading", { name: "This run is not here" }).waitFor();
    await expect.poll(() => other.getByRole("alert").textContent()).toContain("run_nowhere");
  });
});
