import { answerFormat, createTeam } from "@massgen/core";
import { createRegistry, type Registry } from "@massgen/providers";

/**
 * Does ahead what the first request would wait for: loads modules, starts the thread that checks schemas, and runs a
 * demo team once, so that the code of a run is compiled. Calls no model of the registry. Never rejects: a request
 * reports what is wrong.
 */
export async function warmUp(registry: Registry): Promise<void> {
  await Promise.allSettled([registry.describe.load(), startSchemaThread(), runDemo()]);
}

async function startSchemaThread(): Promise<void> {
  await answerFormat({ type: "json-schema", name: "warm-up", schema: {} })?.usable();
}

async function runDemo(): Promise<void> {
  const registry = createRegistry({ env: {} });
  const agents = ["a", "b", "c"].map((id) => ({ id, model: registry.createModel({ type: "demo", options: {} }) }));
  const run = createTeam({ agents }).run({ messages: [{ role: "user", content: "Is everything there?" }] });
  for await (const _ of run.events());
  await registry.close();
}
