import type { Provider } from "@massgen/core/model";
import { checkedProvider, providerShape } from "@massgen/providers";

/** The providers of a module, or why there are none; `problem` follows the module's name. */
export type ExportedProviders = { readonly providers: readonly Provider[] } | { readonly problem: string };

/**
 * Finds the providers among a module's exports: each one that is a provider or an array of providers, whatever its
 * name. A provider that is exported under two names counts once.
 */
export function exportedProviders(module: Readonly<Record<string, unknown>>): ExportedProviders {
  const providers: Provider[] = [];
  const seen = new Set<unknown>();
  for (const [name, value] of exportsOf(module)) {
    const isList = Array.isArray(value) && value.some(isMeantAsProvider);
    const candidates: readonly unknown[] = isList ? value : [value];
    for (const [index, candidate] of candidates.entries()) {
      if (!isList && !isMeantAsProvider(candidate)) continue;
      if (seen.has(candidate)) continue;
      seen.add(candidate);
      const checked = checkedProvider(candidate);
      if ("problem" in checked) {
        return { problem: `exports ${name}${isList ? `[${index}]` : ""}, which ${checked.problem}` };
      }
      providers.push(checked.provider);
    }
  }
  if (providers.length > 0) return { providers };
  return {
    problem: `exports no provider, only ${contents(module)}. A provider is an object ${providerShape}${hint(module)}`,
  };
}

/** All exports by name. Those of a CommonJS module are often properties of `default`. */
function exportsOf(module: Readonly<Record<string, unknown>>): readonly (readonly [name: string, value: unknown])[] {
  const { default: whole } = module;
  const isBundle = typeof whole === "object" && whole !== null && !Array.isArray(whole) && !isMeantAsProvider(whole);
  const inside = isBundle ? Object.entries(whole).map(([name, value]) => [`default.${name}`, value] as const) : [];
  return [...Object.entries(module), ...inside];
}

/** Whether a value is meant to be a provider: it has a field that only providers have. */
function isMeantAsProvider(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("createModel" in value || "contract" in value);
}

function contents(module: Readonly<Record<string, unknown>>): string {
  const kinds = Object.entries(module).map(([name, value]) => `${name} (${kindOf(value)})`);
  if (kinds.length === 0) return "nothing";
  return kinds.length > 8 ? `${kinds.slice(0, 8).join(", ")} and more` : kinds.join(", ");
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The usual mistake is to export the function that makes the provider. */
function hint(module: Readonly<Record<string, unknown>>): string {
  const maker = Object.entries(module).find(([, value]) => typeof value === "function")?.[0];
  if (maker === undefined) return "";
  return `; if ${maker} makes one, export what it returns`;
}
