import { agentShape, backendShape } from "./agent-schema.ts";
import type { ConfigPath } from "./config-path.ts";
import { nearest } from "./nearest.ts";
import { topLevelShape } from "./schema.ts";
import { serverShape } from "./server/server-schema.ts";
import { budgetShape, orchestratorShape, timeoutShape } from "./team-schema.ts";

/** A mapping of the file with a fixed set of keys. */
interface Section {
  /** Its paths, with list positions as `*`. */
  readonly places: readonly string[];
  /** Its name in messages. */
  readonly name: string;
  readonly keys: readonly string[];
}

const sections: readonly Section[] = [
  { places: [""], name: "the top level", keys: Object.keys(topLevelShape) },
  { places: ["agent", "agents.*"], name: "an agent", keys: Object.keys(agentShape) },
  { places: ["agent.backend", "agents.*.backend"], name: "an agent's `backend`", keys: Object.keys(backendShape) },
  { places: ["orchestrator"], name: "`orchestrator`", keys: Object.keys(orchestratorShape) },
  { places: ["orchestrator.budget"], name: "`orchestrator.budget`", keys: Object.keys(budgetShape) },
  { places: ["timeout_settings"], name: "`timeout_settings`", keys: Object.keys(timeoutShape) },
  { places: ["server"], name: "`server`", keys: Object.keys(serverShape) },
];

/** The advice for a key that the mapping at `path` does not know. */
export function unknownKeyMessage(path: ConfigPath, key: string): string {
  const place = path.map((part) => (typeof part === "number" ? "*" : part)).join(".");
  const here = sections.find((section) => section.places.includes(place))?.keys ?? [];
  return `unknown key; ${adviceOnKey(key, here)}`;
}

/** Whether a key is really `key:value`, a mistake that would pass the value on as part of a field's name. */
export function lacksBlank(key: string): boolean {
  return /^\w+:/.test(key);
}

function adviceOnKey(key: string, here: readonly string[]): string {
  if (lacksBlank(key)) return "put a space after the colon";
  const home = sections.find((section) => section.keys.includes(key));
  if (home !== undefined) return `it belongs in ${home.name}`;
  const near = nearest(key, here);
  return near === undefined ? `known here: ${here.join(", ")}` : `did you mean ${near}?`;
}
