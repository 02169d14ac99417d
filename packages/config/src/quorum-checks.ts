import type { ConfigPath } from "./config-path.ts";
import { agentsOf } from "./written-agents.ts";
import type { Finding } from "./finding.ts";
import { orchestratorPaths } from "./orchestrator-paths.ts";
import { valueAt, type Mapping } from "./plain-tree.ts";

/** Checks that a quorum and its wait stand together, and that the team can reach it. */
export function checkQuorums(tree: Mapping): readonly Finding[] {
  return orchestratorPaths(tree).flatMap((path) => checkQuorum(tree, path));
}

/** A team's own quorum may have the file's wait, and the other way round. */
function checkQuorum(tree: Mapping, orchestrator: ConfigPath): readonly Finding[] {
  const quorumPath = [...orchestrator, "quorum"];
  const gracePath = [...orchestrator, "straggler_grace_seconds"];
  const quorum = valueAt(tree, quorumPath);
  const has = (key: string): boolean =>
    [orchestrator, ["orchestrator"]].some((path) => isGiven(valueAt(tree, [...path, key])));
  const findings: Finding[] = [];
  if (isGiven(quorum) && !has("straggler_grace_seconds")) {
    const message = "needs `straggler_grace_seconds` beside it: how long to wait for the rest";
    findings.push({ path: quorumPath, message });
  }
  if (isGiven(valueAt(tree, gracePath)) && !has("quorum")) {
    findings.push({ path: gracePath, message: "needs `quorum` beside it: how many drafts start the wait" });
  }
  const count = sizeOf(tree, orchestrator);
  if (count > 0 && typeof quorum === "number" && quorum > count) {
    const agents = count === 1 ? "1 agent" : `${count} agents`;
    findings.push({ path: quorumPath, message: `must be ${count} or less: the team has ${agents}` });
  }
  return findings;
}

function sizeOf(tree: Mapping, orchestrator: ConfigPath): number {
  if (orchestrator.length === 1) return agentsOf(tree).length;
  const members = valueAt(tree, [...orchestrator.slice(0, -1), "agents"]);
  return Array.isArray(members) ? members.length : 0;
}

/** A key without a value is YAML's null, and means the same as no key. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
