// The table of backend types in docs/providers.md is printed from the registry. UPDATE_DOCS=1 writes it.
import { createRegistry, vendors, type BuiltInProvider } from "@massgen/providers";
import { it } from "vitest";
import { code, expectPart, table } from "./printed-page.ts";

it("docs/providers.md has every backend type with its key variables and address", () => {
  const registry = createRegistry({ env: {} });
  const rows = registry.types().flatMap((type) => {
    const provider = registry.describe.provider(type);
    if (!provider) return [];
    const { variables, required } = provider.apiKey;
    const names = [type, ...(provider.aliases ?? [])].map(code).join(", ");
    const keys = variables.length === 0 ? "none" : `${variables.map(code).join(", ")}${required ? "" : " (optional)"}`;
    const noAddress = provider.baseUrl.variables.length === 0 ? "none: offline" : "give `base_url`";
    return [[names, keys, provider.baseUrl.default ?? noAddress, knownOf(provider)]];
  });
  const header = ["type", "key variable", "default address", "known beforehand"];
  expectPart("docs/providers.md", "types", table(header, rows));
});

/** What MassGen knows about a type's services before it has called one. */
function knownOf({ type, local, slots, lookUp }: BuiltInProvider): string {
  const vendor = vendors.find((row) => row.type === type);
  const calls = vendor?.slots === "said" ? "as many calls at a time as it has slots" : "one call at a time";
  return [
    ...(local ? ["local"] : []),
    ...(slots === undefined ? [] : [calls]),
    ...(lookUp ? ["asked for its context window"] : []),
    ...(vendor?.images === false ? ["no images"] : []),
    ...(vendor?.tools === false ? ["no tools"] : []),
    ...(vendor?.force === "auto" ? ["a tool call cannot be forced"] : []),
  ].join("; ");
}
