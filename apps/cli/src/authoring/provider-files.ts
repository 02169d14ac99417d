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

/** Every form of the template's name, the longer ones first; the group is the name of the constant. */
const forms =
  /massgen-provider-acme|api\.acme\.example|ACME|Acme|((?<=\b(?:const|import \{) )acme\b|\bacme(?=\.createModel\b))|\bacme\b/g;

/** In one pass: the new name may have the old one in it. */
function forService(text: string, { packageName, kebab, type, constant, variable, title }: ProviderName): string {
  const names = new Map([
    ["massgen-provider-acme", packageName],
    ["api.acme.example", `api.${kebab}.example`],
    ["ACME", variable],
    ["Acme", title],
    ["acme", type],
  ]);
  return text.replaceAll(forms, (form: string, ofConstant: string | undefined) =>
    ofConstant === undefined ? (names.get(form) ?? form) : constant,
  );
}
