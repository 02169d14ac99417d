import type { ConfigPath } from "./config-path.ts";
import { isMapping, type Mapping } from "./plain-tree.ts";

/** The paths of the settings for the coordination: the file's, then each team's. */
export function orchestratorPaths(tree: Mapping): readonly ConfigPath[] {
  const teams = isMapping(tree["teams"]) ? Object.keys(tree["teams"]) : [];
  return [["orchestrator"], ...teams.map((name) => ["teams", name, "orchestrator"])];
}
