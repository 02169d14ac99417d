import { answerFormat, createTeam } from "@massgen/core";
import { createRegistry, type Registry } from "@massgen/providers";

/**
 * Does what the first request would wait for: loads what is loaded late, starts the thread that checks schemas, and lets three models of
 * the demo answer once, so that the code of a run has run. Calls no model of the registry. Never rejects: requests say what is wrong.
 */
export async function rehearse(registry: Registry): Promise<void> {
  await Promise.allSettled([registry.describe.load(), startSchemaThread(), runDemo()]);
}

async function startSchemaThread(): Promise<void> {
  await answerFormat({ type: "json-schema", name: "rehearsal", schema: {} })?.usable();
}

async function runDemo(): Promise<void> {
  const registry = createRegistry({ env: {} });
  const agents = ["a", "b", "c"].map((id) => ({ id, model: registry.createModel({ type: "demo", options: {} }) }));
  const run = createTeam({ agents }).run({ messages: [{ role: "user", content: "Is everything there?" }] });
  for await (const _ of run.events());
  await registry.close();
}
