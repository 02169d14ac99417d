// The team that a YAML file describes: the file that `massgen serve --config` takes.
import { teamFromConfig } from "@massgen/config";
import { createRegistry } from "@massgen/providers";

const registry = createRegistry();
const team = await teamFromConfig(`${import.meta.dirname}/team.yaml`, { registry, warn: console.warn });
console.log(team.agents.map(({ id }) => id).join(" and "));
console.log((await team.run({ messages: [{ role: "user", content: "What now?" }] }).answer()).text);
await registry.close();
