// Asking the team in the console of the built command, in a real browser.
import { hasChromium } from "@massgen/test-browser";
import { teamScript, text } from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { openRoom, seat, status } from "./room.ts";

describe.skipIf(!hasChromium)("asking in the console", () => {
  test("several turns: each question goes out with what was said before", async () => {
    let turn = 0;
    const script = teamScript({ presentation: () => text(`Answer ${(turn += 1)}.`) });
    await using room = await openRoom(["ada", "bob"], script);
    const { page, errors } = await room.visit("");
    await page.getByLabel("Question").fill("First question");
    await page.keyboard.press("Enter");
    const answer = page.getByRole("region", { name: "Answer" });
    await expect.poll(() => answer.textContent()).toContain("Answer 1.");
    expect(await seat(page, "bob").textContent()).toContain("Draft by bob-model.");
    await page.getByLabel("Next question").fill("Second question");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await expect.poll(() => answer.textContent()).toContain("Answer 2.");
    await expect.poll(() => page.getByRole("article").first().textContent()).toMatch(/First question.*Answer 1\./);
    const last = room.rig.upstream.calls.findLast(({ phase }) => phase === "draft");
    expect(last?.messages.filter(({ role }) => role !== "system").map((message) => message.text)).toEqual([
      "First question",
      "Answer 1.",
      "Second question",
    ]);
    // The run of an earlier turn has an address of its own.
    await page.getByRole("link", { name: "The whole run" }).click();
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toBe("First question");
    // And the conversation is still there.
    await page.getByRole("link", { name: "Ask", exact: true }).click();
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toBe("Second question");
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("heading", { name: "Ask the team" }).waitFor();
    expect(errors).toEqual([]);
  });

  test("with a schema, a picture and another team", async () => {
    const script = teamScript({ draft: () => text('{"word": "blue"}') });
    await using room = await openRoom(["ada", "bob"], script);
    const { page, errors } = await room.visit("");
    await page.getByLabel("Question").fill("Which colour?");
    await page.getByLabel("Team").selectOption("massgen/agent:ada");
    await page.getByText("Answer as JSON").click();
    await page.getByLabel("JSON schema of the answer").fill("{");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("The schema is not JSON");
    const schema = { type: "object", properties: { word: { type: "string" } }, required: ["word"] };
    await page.getByLabel("JSON schema of the answer").fill(JSON.stringify(schema));
    const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const file = { name: "dot.png", mimeType: "image/png", buffer: Buffer.from(pixel, "base64") };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByAltText("Picture 1").waitFor();
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await expect.poll(() => page.getByRole("region", { name: "Answer" }).textContent()).toContain('{"word": "blue"}');
    const calls = room.rig.upstream.calls.filter(({ phase }) => phase === "draft");
    expect(calls.map(({ model }) => model)).toEqual(["ada-model"]);
    expect(JSON.stringify(calls[0]?.body)).toContain(`data:image/png;base64,${pixel}`);
    expect(JSON.stringify(calls[0]?.body)).toContain('"word"');
    expect(errors).toEqual([]);
  });

  test("a key that may look but not ask leads to a question for one that may", async () => {
    await using room = await openRoom(
      ["ada", "bob"],
      teamScript({}),
      "history: all\nserver: { client_keys: [{ name: ui, key: key-of-the-ui }] }\n",
    );
    const { page } = await room.visit("");
    await page.getByLabel("A client's key, to ask with").fill("no-such-key");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.getByLabel("A client's key, to ask with").fill("key-of-the-ui");
    await page.keyboard.press("Enter");
    await page.getByLabel("Question").fill("Why?");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Answer" }).waitFor();
    await expect.poll(() => status(page).textContent()).toMatch(/won|drawn|answer/);
  });
});
