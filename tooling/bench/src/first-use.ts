import { registerHooks } from "node:module";

// node first-use.ts <backend type> <upstream> <model>: makes one call and prints the npm packages loaded for it, as a
// JSON list. Without a model it makes none: it loads what the first call would need. Without a type there is no model
// to call either.
const [type = "", baseUrl = "", model] = process.argv.slice(2);

const loaded = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return nextLoad(url, context);
  },
});

const { createRegistry } = await import("@massgen/providers");
const registry = createRegistry({ env: {} });
if (type !== "") {
  const backend = { type, model: model ?? "any", apiKey: "no-real-key-1234567890", baseUrl, options: {} };
  const made = registry.createModel(backend);
  if (model !== undefined) for await (const _ of made.stream({ messages: [{ role: "user", content: "Go." }] }));
}
if (model === undefined) await registry.describe.load();
await registry.close();
console.log(JSON.stringify([...loaded].sort()));
