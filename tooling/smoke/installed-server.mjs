import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { environment } from "../workspace/command.mjs";

const startMs = 120_000;

/**
 * Starts the installed `massgen serve --demo`, asks it one question and stops it.
 * @param {string} folder where the packages are installed
 * @throws when it does not answer as it should, or does not end with exit code 0
 */
export async function tryInstalledServer(folder) {
  const server = spawn(
    join(folder, "node_modules", ".bin", "massgen"),
    ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"],
    { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = once(server, "close");
  try {
    const url = await printedAddress(server);
    const health = /** @type {{ status: unknown }} */ (await (await fetch(`${url}/health`)).json());
    assert.equal(health.status, "ok");
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "massgen", messages: [{ role: "user", content: "What is 25 * 4?" }] }),
    });
    const body = await response.text();
    assert.equal(response.status, 200, body);
    const completion = /** @type {{ choices: [{ message: { content: unknown } }] }} */ (JSON.parse(body));
    assert.ok(typeof completion.choices[0].message.content === "string", body);
    assert.notEqual(completion.choices[0].message.content, "", body);
    await tryWorkers(url);
    server.kill("SIGTERM");
    const [code, signal] = await ended;
    assert.deepEqual([code, signal], [0, null], "After SIGTERM the server should end with exit code 0.");
  } finally {
    server.kill("SIGKILL");
  }
}

/**
 * The files of both workers are there: one checks answers against schemas, one parses bodies that take long.
 * @param {string} url
 */
async function tryWorkers(url) {
  const schema = { type: "object", properties: { answer: { type: "string" } } };
  const format = { type: "json_schema", json_schema: { name: "answer", schema } };
  const messages = [{ role: "user", content: "What is 25 * 4?" }];
  const cases = /** @type {const} */ ([
    [{ messages, response_format: format }, 200, '"finish_reason":"stop"'],
    [{ messages, model: "\n".repeat(10_000_000) }, 400, "'model' must have at most 256 characters."],
  ]);
  for (const [request, status, mark] of cases) {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const body = await response.text();
    assert.equal(response.status, status, body);
    assert.ok(body.includes(mark), body);
  }
}

/**
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable,
 *   import("node:stream").Readable>} server
 * @returns {Promise<string>} the server's address as it prints it, without a path
 */
function printedAddress(server) {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => reject(new Error(`No address after ${startMs} ms:\n${printed}`)), startMs);
    const read = (/** @type {string} */ text) => {
      printed += text;
      const address = /http:\/\/[^\s/]+:\d+/.exec(printed);
      if (address === null) return;
      clearTimeout(timer);
      resolve(address[0]);
    };
    server.stdout.setEncoding("utf8").on("data", read);
    server.stderr.setEncoding("utf8").on("data", read);
    server.on("error", reject);
    server.on("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`massgen serve ended with exit code ${code}:\n${printed}`));
    });
  });
}
