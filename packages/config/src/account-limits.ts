import { limitShape } from "./agent-schema.ts";
import { pathText, type ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";
import type { Mapping } from "./plain-tree.ts";

/** A backend as written, and the name of what its calls are counted by. */
export interface AccountBackend {
  readonly path: ConfigPath;
  readonly backend: Mapping;
  readonly account: string;
}

/** Backends of one account share their limits: two that give one differently contradict each other. */
export function checkLimits(backends: readonly AccountBackend[]): readonly Finding[] {
  return Object.keys(limitShape).flatMap((name) => {
    const first = new Map<string, AccountBackend>();
    return backends.flatMap((each) => {
      const { account, backend, path } = each;
      const other = first.get(account);
      if (!isGiven(backend[name])) return [];
      if (other === undefined) first.set(account, each);
      if (other === undefined || asText(other.backend[name]) === asText(backend[name])) return [];
      const place = pathText([...other.path, name]);
      const message = `differs from ${place}, though both backends share it: they have the same type, key and address; write the same in both, or leave it out in one`;
      return [{ path: [...path, name], message }];
    });
  });
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A number that came out of a variable is still text here. */
function asText(value: unknown): string {
  return String(value).trim();
}
