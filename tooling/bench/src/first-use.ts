import { registerHooks } from "node:module";

// node first-use.ts <backend type> <upstream> <model>: makes one call and prints the npm packages loaded for it, as a JSON list.
const [type = "", baseUrl = "", model = ""] = process.argv.slice(2);

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
const made = registry.createModel({ type, model, apiKey: "no-real-key-1234567890", baseUrl, options: {} });
for await (const _ of made.stream({ messages: [{ role: "user", content: "Go." }] }));
await registry.close();
console.log(JSON.stringify([...loaded].sort()));
