// A run watched in a real browser, on the built command.
import { hasChromium } from "@massgen/test-browser";
import { hangMidStream, httpError, teamScript, text } from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { Gates, gatedTeam, openRoom, seat, status } from "./room.ts";

const choices = { ada: "cyd", bob: "ada", cyd: "ada" };

describe.skipIf(!hasChromium)("a run in the console", () => {
  test("from start to end: who says what, who votes for whom and why, what it cost", async () => {
    const gates = new Gates();
    await using room = await openRoom(["ada", "bob", "cyd"], gatedTeam(gates, choices));
    const { runId, done } = await room.ask("Why is the sky blue?");
    const { page, errors } = await room.visit(`runs/${runId}`);
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toBe("Why is the sky blue?");
    await expect.poll(() => status(page).textContent()).toBe("Each agent answers by itself: 0 of 3 drafts finished.");
    gates.open("draft ada");
    await expect.poll(() => status(page).textContent()).toContain("1 of 3 drafts finished");
    await expect.poll(() => seat(page, "ada").textContent()).toContain("Draft by ada-model.");
    gates.open("draft bob", "draft cyd");
    await expect
      .poll(() => status(page).textContent())
      .toBe("0 of 3 have voted. Voters see the answers without names.");
    gates.open("vote ada");
    await expect.poll(() => status(page).textContent()).toBe("1 of 3 have voted; cyd leads with 1.");
    const votes = page.getByRole("region", { name: "Who voted for whom, and why" });
    await expect.poll(() => votes.textContent()).toMatch(/ada votes for cyd.*answer [12] of 2.*cyd says why/);
    gates.open("vote bob", "vote cyd");
    await expect.poll(() => status(page).textContent()).toContain("ada won 2 of 3 votes, more than half. ada writes");
    gates.open("answer");
    await expect.poll(() => status(page).textContent()).toBe("ada won 2 of 3 votes, more than half.");
    const answer = page.getByRole("region", { name: "Answer" });
    await expect.poll(() => answer.textContent()).toContain("The final coordinated answer.");
    expect(await seat(page, "ada").textContent()).toContain("won");
    expect(await page.getByRole("term").allTextContents()).toEqual(["time", "calls", "tokens", "cost"]);
    await done;

    // Who comes late sees the same.
    const late = await room.visit(`runs/${runId}`);
    await late.page.getByRole("region", { name: "Answer" }).waitFor();
    const seen = (of: typeof page) => of.locator("[data-view=table]").innerText();
    await expect.poll(() => seen(late.page)).toBe(await seen(page));
    expect([...errors, ...late.errors]).toEqual([]);
  });

  test("reloaded in the middle, it shows the same and goes on", async () => {
    const gates = new Gates();
    await using room = await openRoom(["ada", "bob", "cyd"], gatedTeam(gates, choices));
    const { runId, done } = await room.ask("Why?");
    gates.open("draft ada", "draft bob", "draft cyd", "vote bob");
    const { page, errors } = await room.visit(`runs/${runId}`);
    await expect.poll(() => status(page).textContent()).toBe("1 of 3 have voted; ada leads with 1.");
    const table = page.locator("[data-view=table]");
    // A clock runs on the seats of those who vote.
    const still = async (): Promise<string> => (await table.innerText()).replace(/\d+(\.\d+)? s\b/g, "");
    const before = await still();
    await page.reload();
    await expect.poll(() => status(page).textContent()).toBe("1 of 3 have voted; ada leads with 1.");
    expect(await still()).toBe(before);
    gates.open("vote ada", "vote cyd", "answer");
    await expect.poll(() => status(page).textContent()).toBe("ada won 2 of 3 votes, more than half.");
    await done;
    expect(errors).toEqual([]);
  });

  test("an agent that failed says why, and the run is told to be less than was asked for", async () => {
    const refused = httpError(401, { error: { message: "That key is wrong.", type: "invalid_request_error" } });
    const script = teamScript({
      draft: ({ model }) => (model === "bob-model" ? refused : text(`By ${model}, with care.`)),
    });
    await using room = await openRoom(["ada", "bob", "cyd"], script);
    const { runId, done } = await room.ask("Why?");
    await done;
    const { page, errors } = await room.visit(`runs/${runId}`);
    await expect.poll(() => seat(page, "bob").textContent()).toMatch(/failed.*That key is wrong/);
    expect(await page.getByText("Less than was asked for: an agent failed").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("a tie says that the lot decided", async () => {
    const gates = new Gates();
    gates.open("draft ada", "draft bob", "vote ada", "vote bob", "answer");
    await using room = await openRoom(["ada", "bob"], gatedTeam(gates, { ada: "bob", bob: "ada" }));
    const { runId, done } = await room.ask("Why?");
    await done;
    const { page } = await room.visit(`runs/${runId}`);
    await expect
      .poll(() => status(page).textContent())
      .toMatch(/^The vote was level, so (ada|bob) was drawn by lot\.$/);
  });

  test("'Stop' ends the run and its calls", async () => {
    await using room = await openRoom(
      ["ada", "bob"],
      teamScript({ draft: () => hangMidStream("Half a thought, and then") }),
    );
    const { runId, done } = await room.ask("Why?");
    const { page } = await room.visit(`runs/${runId}`);
    // A draft is seen while it is written.
    await expect.poll(() => seat(page, "ada").textContent()).toContain("Half a thought");
    await page.getByRole("button", { name: "Stop" }).click();
    await expect.poll(() => status(page).textContent()).toBe("Stopped before there was an answer.");
    await done;
    await expect
      .poll(() => room.rig.upstream.calls.map(({ state }) => state))
      .toEqual(["aborted-by-client", "aborted-by-client"]);
  });

  test("'Answer now' makes of what is there an answer, and those who are left behind say why", async () => {
    const script = teamScript({
      draft: ({ model }) => (model === "bob-model" ? hangMidStream("Half a thought") : text("Done already.")),
    });
    await using room = await openRoom(["ada", "bob"], script);
    const { runId, done } = await room.ask("Why?");
    const { page, errors } = await room.visit(`runs/${runId}`);
    await expect.poll(() => seat(page, "ada").textContent()).toContain("Done already.");
    await page.getByRole("button", { name: "Answer now" }).click();
    const answer = page.getByRole("region", { name: "Answer" });
    await expect.poll(() => answer.textContent()).toContain("The final coordinated answer.");
    await expect.poll(() => seat(page, "bob").textContent()).toContain("The answer was wanted at once.");
    expect(await page.getByText(/^Asked to answer now/).count()).toBe(1);
    await done;
    expect(errors).toEqual([]);
  });

  test("text that is HTML, Markdown or script is shown as it stands, wherever it comes from", async () => {
    const html = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> "'>`;
    const hostile = `${html} **bold** [here](javascript:window.hacked=1)`;
    const script = teamScript({
      draft: ({ model }) => text(`${model} ${hostile}`),
      presentation: () => text(`Answer ${hostile}`),
    });
    await using room = await openRoom(["ada", "bob"], script);
    const { runId, done } = await room.ask(`Question ${hostile}`);
    await done;
    const { page, errors } = await room.visit(`runs/${runId}`);
    await expect.poll(() => page.getByRole("region", { name: "Answer" }).textContent()).toContain(`Answer ${hostile}`);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(`Question ${hostile}`);
    expect(await seat(page, "ada").textContent()).toContain(`ada-model ${hostile}`);
    for (const name of ["Timeline", "Compare", "Ballots", "Receipt", "Events"]) {
      await page.getByRole("tab", { name }).click();
    }
    await page.getByText("draft-finished").first().click();
    await expect.poll(() => page.locator("pre").first().textContent()).toContain("window.hacked=1");
    expect(await page.locator("main :is(img, script, a[href^=javascript], b, strong)").count()).toBe(0);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(errors).toEqual([]);
  });
});
