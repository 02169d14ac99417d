// What massgen serve says of local servers while it serves no models yet.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { startUpstream, text } from "@massgen/upstream";
import { startMassgen } from "./massgen-process.ts";

const variables = ["LMSTUDIO_BASE_URL", "LLAMACPP_BASE_URL", "VLLM_BASE_URL", "SGLANG_BASE_URL"];
const demo = ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"];

it("the demo says how to use the models of a local server", async () => {
  const data = [{ id: "llama3.2:3b" }, { id: "qwen2.5:7b" }];
  await using ollama = await startUpstream(() => text(""), { pages: { "/v1/models": { object: "list", data } } });
  const others = Object.fromEntries(variables.map((name) => [name, `${ollama.url}/nowhere`]));
  await using massgen = await startMassgen({ args: demo, env: { ...others, OLLAMA_HOST: ollama.url } });
  await massgen.ready();
  await massgen.prints(`Ollama answers at ${ollama.url} with 2 models: massgen init makes a team of them.`);
});

it("one that hangs does not delay the start, nor the end", async () => {
  const hung = createServer(() => {}).listen(0, "127.0.0.1");
  await new Promise((resolve) => hung.once("listening", resolve));
  const url = `http://127.0.0.1:${(hung.address() as AddressInfo).port}/v1`;
  const env = Object.fromEntries(["OLLAMA_HOST", ...variables].map((name) => [name, url]));
  await using massgen = await startMassgen({ args: demo, env });
  // Before anything is asked of it.
  const base = await massgen.ready();
  expect((await fetch(`${base}/health`)).status).toBe(200);
  massgen.child.kill("SIGTERM");
  expect(await massgen.exited).toEqual({ code: 0, signal: null });
  expect(massgen.stdout()).not.toContain("answers at");
  hung.closeAllConnections();
  hung.close();
});
