import type { Provider } from "@massgen/core/model";
import { checkedProvider, providerShape } from "@massgen/providers";

/** The providers of a module, or why there are none; `problem` follows the module's name. */
export type ExportedProviders = { readonly providers: readonly Provider[] } | { readonly problem: string };

/**
 * Reads the providers off a module: every export that is one, or an array of them, whatever its name. What is exported under two names
 * counts once.
 */
export function exportedProviders(module: Readonly<Record<string, unknown>>): ExportedProviders {
  const providers: Provider[] = [];
  const seen = new Set<unknown>();
  for (const [name, value] of exportsOf(module)) {
    const isList = Array.isArray(value) && value.some(isMeant);
    const candidates: readonly unknown[] = isList ? value : [value];
    for (const [index, candidate] of candidates.entries()) {
      if (!isList && !isMeant(candidate)) continue;
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

/** All exports by name. Those of a CommonJS module often arrive as one object, in `default`. */
function exportsOf(module: Readonly<Record<string, unknown>>): readonly (readonly [name: string, value: unknown])[] {
  const { default: whole } = module;
  const isBundle = typeof whole === "object" && whole !== null && !Array.isArray(whole) && !isMeant(whole);
  const inside = isBundle ? Object.entries(whole).map(([name, value]) => [`default.${name}`, value] as const) : [];
  return [...Object.entries(module), ...inside];
}

/** Whether somebody meant this to be a provider: it has one of the fields that nothing else has. */
function isMeant(value: unknown): boolean {
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

/** Most often a function that makes the provider is exported in its place. */
function hint(module: Readonly<Record<string, unknown>>): string {
  const maker = Object.entries(module).find(([, value]) => typeof value === "function")?.[0];
  if (maker === undefined) return "";
  return `; if ${maker} makes one, export what it returns`;
}
