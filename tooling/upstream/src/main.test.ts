import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const main = new URL("main.ts", import.meta.url).pathname;

test("runs as a process of its own, prints its address and answers", async () => {
  const child = spawn(process.execPath, [main, "--events", "2"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [url] = (await once(createInterface(child.stdout), "line")) as [string];
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hi" }] }),
    });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "Draft 1 of m." } }] });
  } finally {
    child.kill();
    await once(child, "exit");
  }
});

test("refuses a number that is none", async () => {
  const child = spawn(process.execPath, [main, "--events", "many"], { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (data: Buffer) => {
    complaint += data.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  expect([code, complaint]).toEqual([2, '--events takes a whole number, not "many".\n']);
});
