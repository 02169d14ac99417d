import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const main = new URL("main.ts", import.meta.url).pathname;

function ask(url: string, model: string): Promise<Response> {
  const messages = [{ role: "user", content: "Hi" }];
  return fetch(`${url}/v1/chat/completions`, { method: "POST", body: JSON.stringify({ model, messages }) });
}

test("runs as a process of its own, prints its address, and fails the model it is told to", async () => {
  const child = spawn(process.execPath, [main, "--fault=503", "--phase=draft", "--model=m2"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [url] = (await once(createInterface(child.stdout), "line")) as [string];
    expect([(await ask(url, "m1")).status, (await ask(url, "m2")).status]).toEqual([200, 503]);
  } finally {
    child.kill();
    await once(child, "exit");
  }
});

test.each([
  ["--fault=floods", 'There is no fault "floods"; --list names them all.\n'],
  ["--phase=dinner", '--phase takes draft, ballot, presentation; not "dinner".\n'],
  ["--events=some", '--events takes a whole number, not "some".\n'],
  ["--port=many", '--port takes a port, not "many".\n'],
  ["--floods", "Unknown option '--floods'\n"],
  ["--fault=no vote --phase=draft", '"no vote" can happen in ballot; not in "draft".\n'],
  [
    "--fault=connection refused --model=m",
    '"connection refused" lies in an address: who is given it meets it, in every phase. It takes no --phase and no --model.\n',
  ],
])("refuses %s", async (words, complaint) => {
  const child = spawn(process.execPath, [main, ...words.split(/ (?=--)/)], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said += data.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  expect([code, said]).toEqual([2, complaint]);
});
