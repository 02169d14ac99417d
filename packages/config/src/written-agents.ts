import type { ConfigPath } from "./config-path.ts";
import { isMapping, type Mapping } from "./plain-tree.ts";

/** The agents of a file with their paths, under either of the two keys. */
export function agentsOf(tree: Mapping): readonly { readonly path: ConfigPath; readonly agent: unknown }[] {
  const { agents, agent } = tree;
  if (Array.isArray(agents)) return agents.map((each: unknown, index) => ({ path: ["agents", index], agent: each }));
  return isMapping(agent) ? [{ path: ["agent"], agent }] : [];
}
