import { type CoordinationSettings, defaultSettings } from "./coordination/settings.ts";

/**
 * The settings that differ from {@link defaultSettings}, down to a single limit: `{ limits: { idleMs: 60_000 } }`.
 * Undefined leaves the default.
 */
export type CoordinationOptions = DeepPartial<CoordinationSettings>;

type DeepPartial<T> = { readonly [K in keyof T]?: T[K] extends object | undefined ? DeepPartial<T[K]> : T[K] };

/** The default settings with a team's own options put over them. */
export function settingsWith({ limits, budget, ...rules }: CoordinationOptions = {}): CoordinationSettings {
  return {
    ...defaultSettings,
    ...given(rules),
    limits: { ...defaultSettings.limits, ...given(limits) },
    budget: { ...defaultSettings.budget, ...given(budget) },
  };
}

/** The fields that are not undefined. */
function given<T extends object>(said: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(said ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
