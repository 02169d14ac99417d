import { readFileSync } from "node:fs";
import type { ProviderName } from "./provider-name.ts";

/** Files of a package for a provider, by their paths in it. */
export type ProviderFiles = ReadonlyMap<string, string>;

/** The template's files, as they stand in AUTHORING.md: a package for an invented service, Acme. */
export function templateFiles(): ProviderFiles {
  const shipped = new URL("../../dist/provider-template.json", import.meta.url);
  const files = JSON.parse(readFileSync(shipped, "utf8")) as Readonly<Record<string, string>>;
  return new Map(Object.entries(files));
}

/** The same files for another service. */
export function renamed(files: ProviderFiles, name: ProviderName): ProviderFiles {
  return new Map([...files].map(([path, text]) => [path, forService(text, name)]));
}

function forService(text: string, { packageName, kebab, type, constant, variable, title }: ProviderName): string {
  return text
    .replaceAll("massgen-provider-acme", packageName)
    .replaceAll("api.acme.example", `api.${kebab}.example`)
    .replaceAll("ACME", variable)
    .replaceAll("Acme", title)
    .replaceAll(/(?<=\bconst )acme\b|(?<=\bimport \{ )acme\b|\bacme(?=\.createModel\b)/g, constant)
    .replaceAll(/\bacme\b/g, type);
}
