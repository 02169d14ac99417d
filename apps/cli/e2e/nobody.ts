import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands where local servers are looked for, and answers nothing. */
export interface Nobody {
  /** The variables that lead every search for a local server here. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

const variables = ["OLLAMA_HOST", "LMSTUDIO_BASE_URL", "LLAMACPP_BASE_URL", "VLLM_BASE_URL", "SGLANG_BASE_URL"];

/** Not a port that is free: another test might take it. */
export async function startNobody(): Promise<Nobody> {
  const server = createServer((request) => request.socket.destroy()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { env: Object.fromEntries(variables.map((name) => [name, url])), close: () => server.close() };
}
