import { limitShape } from "./agent-schema.ts";
import { pathText, type ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";
import type { Mapping } from "./plain-tree.ts";

/** A backend as written, and the name of its account. */
export interface AccountBackend {
  readonly path: ConfigPath;
  readonly backend: Mapping;
  readonly account: string;
}

/** Backends of one account share their limits, so two different values of one limit contradict each other. */
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
      const message = `differs from ${place}, but both backends share it because they have the same type, key and address; write the same value in both, or leave it out in one`;
      return [{ path: [...path, name], message }];
    });
  });
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A number from a variable is still text here. */
function asText(value: unknown): string {
  return String(value).trim();
}
