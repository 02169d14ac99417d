import type { ConfigPath } from "./config-path.ts";
import { isMapping, valueAt, type Mapping } from "./plain-tree.ts";

/** The agents of a file with their paths, under either of the two keys. */
export function agentsOf(tree: Mapping): readonly { readonly path: ConfigPath; readonly agent: unknown }[] {
  const { agents, agent } = tree;
  if (Array.isArray(agents)) return agents.map((each: unknown, index) => ({ path: ["agents", index], agent: each }));
  return isMapping(agent) ? [{ path: ["agent"], agent }] : [];
}

/** The keys of an agent that hold a backend. */
export const backendKeys: readonly string[] = ["backend", "fallback"];

/** The backends of a file's agents with their paths, fallbacks included. */
export function backendsOf(tree: Mapping): readonly { readonly path: ConfigPath; readonly backend: Mapping }[] {
  return agentsOf(tree).flatMap(({ path, agent }) =>
    backendKeys.flatMap((key) => {
      const backend = valueAt(agent, [key]);
      return isMapping(backend) ? [{ path: [...path, key], backend }] : [];
    }),
  );
}
