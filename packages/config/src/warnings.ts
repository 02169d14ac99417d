import { backendShape } from "./agent-schema.ts";
import { backendsOf } from "./written-agents.ts";
import { orchestratorPaths } from "./orchestrator-paths.ts";
import type { Finding } from "./finding.ts";
import { otherSensitivities } from "./known-keys.ts";
import type { BackendFacts } from "./original-shapes.ts";
import { valueAt, type Mapping } from "./plain-tree.ts";
import { mostAdvised, nearest } from "./nearest.ts";

const commonKeys = Object.keys(backendShape);

/** Warnings about values that the Python original reads differently, and about fields that a provider does not know. */
export function warnings(tree: Mapping, { optionNames }: BackendFacts): readonly Finding[] {
  return [...sensitivityWarnings(tree), ...answerWarnings(tree), ...optionWarnings(tree, optionNames)];
}

function sensitivityWarnings(tree: Mapping): Finding[] {
  const message = "read as balanced; this server knows lenient, balanced and strict";
  return orchestratorPaths(tree)
    .map((orchestrator) => [...orchestrator, "voting_sensitivity"])
    .filter((path) => otherSensitivities.some((other) => other === valueAt(tree, path)))
    .map((path) => ({ path, message }));
}

function answerWarnings(tree: Mapping): Finding[] {
  const message = "read as 2; a team without this limit might never end, so it is 1, 2 or 3";
  return orchestratorPaths(tree)
    .map((orchestrator) => [...orchestrator, "max_new_answers_per_agent"])
    .filter((path) => valueAt(tree, path) === null)
    .map((path) => ({ path, message }));
}

function optionWarnings(tree: Mapping, optionNames: BackendFacts["optionNames"]): Finding[] {
  const findings: Finding[] = [];
  for (const { path, backend } of backendsOf(tree)) {
    const type = valueAt(backend, ["type"]);
    const known = typeof type === "string" ? optionNames?.(type) : undefined;
    if (known === undefined) continue;
    const names = [...commonKeys, ...known];
    for (const key of Object.keys(backend)) {
      if (names.includes(key)) continue;
      const near = findings.length < mostAdvised ? nearest(key, names) : undefined;
      const message = "unknown to this backend type and passed on as it is";
      findings.push({
        path: [...path, key],
        message: near === undefined ? message : `${message}; did you mean ${near}?`,
      });
    }
  }
  return findings;
}
