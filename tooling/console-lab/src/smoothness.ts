// npm run smoothness: how smooth the page stays while it watches a large team and the server is busy. A page follows one
// run of 7 agents with answers of 2,000 words; 50 such runs are under way. Reports tasks of more than 50 ms in the
// page, which a person may notice. Needs Chromium (bash tooling/test-browser/install.sh). All share this machine.
import { startBrowser } from "@massgen/test-browser";
import { labelOf, openaiTeam, paced, type Script, startTeam, text, vote } from "@massgen/upstream";

const agents = ["ada", "bob", "cyd", "dan", "eve", "fay", "gus"];
const atOnce = 50;
const words = 2000;
/** Pieces of an answer, and milliseconds between them: an answer takes ten seconds. */
const [chunks, everyMs] = [200, 50];
const key = "key-for-smoothness";

const draftOf = (model: string): string => `${model} says ${"that it depends ".repeat(Math.floor(words / 3))}`;

const script: Script = (call) => {
  switch (call.phase) {
    case "ballot":
      return vote(labelOf(call, draftOf("cyd-model")), "It depends least.");
    case "draft":
    case "presentation":
      return paced(text(draftOf(call.model), { chunks }), { firstMs: 100, everyMs });
  }
};

/** Runs in the page: keeps how long each long task took, in milliseconds. */
const record = `globalThis.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longTasks.push(entry.duration);
}).observe({ type: "longtask", buffered: true });`;

await using team = await startTeam(script, {
  config: openaiTeam(agents, "history: all\n"),
  env: { MASSGEN_SERVER_ADMIN_KEY: key },
});
await using browser = await startBrowser();
const { page, errors } = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.addInitScript(record);
await page.goto(`${team.url}/console/#key=${key}`);
await page.getByLabel("Question").waitFor();

const others = Array.from({ length: atOnce - 1 }, async (_, n) => {
  const response = await fetch(`${team.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ stream: true, messages: [{ role: "user", content: `Does it depend, ${n}?` }] }),
  });
  const answer = await response.text();
  if (!answer.endsWith("data: [DONE]\n\n")) throw new Error(`run ${n} broke off`);
});
const began = performance.now();
await page.evaluate("longTasks.length = 0");
await page.getByLabel("Question").fill("Does it depend?");
await page.getByRole("button", { name: "Ask", exact: true }).click();
const now = page.getByRole("button", { name: /answer now/i });
await now.waitFor();
await now.waitFor({ state: "detached", timeout: 300_000 });
const seconds = (performance.now() - began) / 1000;
await Promise.all(others);

const tasks = (await page.evaluate<number[]>("longTasks")).toSorted((a, b) => b - a);
const total = tasks.reduce((sum, ms) => sum + ms, 0);
console.log(
  `${agents.length} agents, ${words} words an answer, ${atOnce} runs at once, one watched for ${seconds.toFixed(1)} s`,
);
console.log(
  `long tasks (over 50 ms): ${tasks.length}, together ${total.toFixed(0)} ms (${((total / seconds) * 0.1).toFixed(1)} % of the time)`,
);
console.log(
  `longest: ${
    tasks
      .slice(0, 5)
      .map((ms) => `${ms.toFixed(0)} ms`)
      .join(", ") || "none"
  }`,
);
if (errors.length > 0) {
  console.error(errors.join("\n"));
  process.exitCode = 1;
}
