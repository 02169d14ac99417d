import { pathKey, type ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";
import {
  firstFormatKeys,
  ignoredAgentKeys,
  ignoredBackendKeys,
  ignoredOrchestratorKeys,
  ignoredTimeoutKeys,
  ignoredTopLevelKeys,
  isToolSetting,
  reservedBackendKeys,
  type IgnoredKeys,
} from "./known-keys.ts";
import { isMapping, type Mapping } from "./plain-tree.ts";
import { backendKeys } from "./written-agents.ts";

/** What is left of a file, and the findings about the rest. */
export interface Filtered {
  readonly value: Mapping;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

type OptionNames = (type: string) => readonly string[] | undefined;

/**
 * Removes the keys that this server does not use, each with a warning, and those of MassGen's first file format, each
 * with an error. Runs before variables are filled in, because ignored values may refer to unset ones.
 * @param optionNames the fields that a backend type's provider knows, which are never removed
 */
export function filterKeys(file: Mapping, optionNames?: OptionNames): Filtered {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];

  const without = (
    mapping: Mapping,
    path: ConfigPath,
    isIgnored: (key: string) => boolean,
    hints: IgnoredKeys,
  ): Mapping =>
    Object.fromEntries(
      Object.entries(mapping).filter(([key]) => {
        if (!isIgnored(key)) return true;
        const hint = Object.hasOwn(hints, key) ? hints[key] : undefined;
        const isReserved = reservedBackendKeys.has(key) && hints === ignoredBackendKeys;
        const message = isReserved ? (key === "fallback" ? misplaced : reserved) : ignored(hint);
        warnings.push({ path: [...path, key], message });
        return false;
      }),
    );
  const section = (
    value: unknown,
    path: ConfigPath,
    keys: IgnoredKeys,
    isFamily: (key: string) => boolean = () => false,
  ): unknown =>
    isMapping(value) ? without(value, path, (key) => Object.hasOwn(keys, key) || isFamily(key), keys) : value;

  const backend = (value: unknown, path: ConfigPath): unknown => {
    if (!isMapping(value)) return value;
    const known = typeof value["type"] === "string" ? optionNames?.(value["type"]) : undefined;
    const isIgnored = (key: string): boolean =>
      reservedBackendKeys.has(key) ||
      ((Object.hasOwn(ignoredBackendKeys, key) || isToolSetting(key)) && known?.includes(key) !== true);
    return without(value, path, isIgnored, ignoredBackendKeys);
  };
  const agent = (value: unknown, path: ConfigPath): unknown => {
    if (!isMapping(value)) return value;
    const isIgnored = (key: string): boolean => Object.hasOwn(ignoredAgentKeys, key) || isToolSetting(key);
    const kept = without(value, path, isIgnored, ignoredAgentKeys);
    return mapped(kept, (each, key) => (backendKeys.includes(key) ? backend(each, [...path, key]) : each));
  };
  const orchestrator = (value: unknown, path: ConfigPath): unknown =>
    section(value, path, ignoredOrchestratorKeys, isToolSetting);
  const team = (value: unknown, path: ConfigPath): unknown =>
    isMapping(value) && "orchestrator" in value
      ? { ...value, orchestrator: orchestrator(value["orchestrator"], [...path, "orchestrator"]) }
      : value;
  const topLevel = (key: string, value: unknown): unknown => {
    switch (key) {
      case "agent":
        return agent(value, [key]);
      case "agents":
        return Array.isArray(value) ? value.map((each, index) => agent(each, [key, index])) : value;
      case "orchestrator":
        return orchestrator(value, [key]);
      case "teams":
        return isMapping(value) ? mapped(value, (each, name) => team(each, [key, name])) : value;
      case "timeout_settings":
        return section(value, [key], ignoredTimeoutKeys);
      default:
        return value;
    }
  };

  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(
    without(file, [], (name) => Object.hasOwn(ignoredTopLevelKeys, name), ignoredTopLevelKeys),
  )) {
    const replacement = firstFormatKeys.get(key);
    if (replacement === undefined) kept[key] = topLevel(key, value);
    else errors.push({ path: [key], message: `belongs to MassGen's first file format; ${replacement}` });
  }
  return { value: kept, errors, warnings: oncePerKey(warnings) };
}

function mapped(mapping: Mapping, change: (value: unknown, key: string) => unknown): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value, key)]));
}

/** A key that several agents have is reported once, where it is first. */
function oncePerKey(warnings: readonly Finding[]): readonly Finding[] {
  const places = Map.groupBy(warnings, ({ path }) => pathKey(path.filter((part) => typeof part === "string")));
  return [...places.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const more = others.length === 1 ? "one more agent" : `${others.length} more agents`;
    return { ...first, message: `${first.message} (also in ${more})` };
  });
}

const misplaced =
  "ignored; an agent's `fallback` stands beside its `backend`, and a service's own field of this name goes into `extra_body`";

const reserved = "does nothing yet and is not sent; a service's own field of this name goes into `extra_body`";

function ignored(hint: string | undefined): string {
  return `ignored; a server for text agents does not use it${hint === undefined ? "" : `: ${hint}`}`;
}
