import { agentShape, backendShape, priceShape } from "./agent-schema.ts";
import type { ConfigPath } from "./config-path.ts";
import { nearest } from "./nearest.ts";
import { topLevelShape } from "./schema.ts";
import { clientKeyShape } from "./server/client-keys.ts";
import { serverKeys } from "./server/server-schema.ts";
import { budgetShape, orchestratorShape, timeoutShape } from "./team-schema.ts";
import { teamShape } from "./teams-schema.ts";
import { backendKeys } from "./written-agents.ts";

/** A mapping of the file with a fixed set of keys. */
interface Section {
  /** Its paths, with list positions and the names of teams as `*`. */
  readonly places: readonly string[];
  /** Its name in messages. */
  readonly name: string;
  readonly keys: readonly string[];
  /** Its keys are common words: nobody who writes one elsewhere means this section. */
  readonly common?: true;
}

const sections: readonly Section[] = [
  { places: [""], name: "the top level", keys: Object.keys(topLevelShape) },
  { places: ["agent", "agents.*"], name: "an agent", keys: Object.keys(agentShape) },
  {
    places: ["agent", "agents.*"].flatMap((agent) => backendKeys.map((key) => `${agent}.${key}`)),
    name: "an agent's `backend`",
    keys: Object.keys(backendShape),
  },
  {
    places: ["orchestrator", "teams.*.orchestrator"],
    name: "`orchestrator`",
    keys: Object.keys(orchestratorShape),
  },
  {
    places: ["orchestrator.budget", "teams.*.orchestrator.budget"],
    name: "`orchestrator.budget`",
    keys: Object.keys(budgetShape),
  },
  {
    places: ["agent.backend.price", "agents.*.backend.price"],
    name: "a `price`",
    keys: Object.keys(priceShape),
    common: true,
  },
  { places: ["teams.*"], name: "a team", keys: Object.keys(teamShape), common: true },
  { places: ["timeout_settings"], name: "`timeout_settings`", keys: Object.keys(timeoutShape) },
  { places: ["server"], name: "`server`", keys: serverKeys },
  { places: ["server.client_keys.*"], name: "a key", keys: Object.keys(clientKeyShape), common: true },
];

/** The advice for a key that the mapping at `path` does not know. */
export function unknownKeyMessage(path: ConfigPath, key: string): string {
  const isAny = (part: string | number, at: number): boolean =>
    typeof part === "number" || (at === 1 && path[0] === "teams");
  const place = path.map((part, at) => (isAny(part, at) ? "*" : part)).join(".");
  const here = sections.find((section) => section.places.includes(place))?.keys ?? [];
  return `unknown key; ${adviceOnKey(key, here)}`;
}

/** Whether a key is really `key:value`, a mistake that would pass the value on as part of a field's name. */
export function lacksBlank(key: string): boolean {
  return /^\w+:/.test(key);
}

function adviceOnKey(key: string, here: readonly string[]): string {
  if (lacksBlank(key)) return "put a space after the colon";
  const home = sections.find(({ keys, common }) => common !== true && keys.includes(key));
  if (home !== undefined) return `it belongs in ${home.name}`;
  const near = nearest(key, here);
  return near === undefined ? `known here: ${here.join(", ")}` : `did you mean ${near}?`;
}
