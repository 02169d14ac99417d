/** What OpenTelemetry calls the providers of our types. Others keep our name, as its conventions ask for. */
const conventional: ReadonlyMap<string, string> = new Map([
  ["azure_openai", "azure.ai.openai"],
  ["gemini", "gcp.gemini"],
  ["grok", "x_ai"],
  ["mistral", "mistral_ai"],
  // A model that a client named, whose type metrics do not know either.
  ["other", "_OTHER"],
]);

/** `gen_ai.provider.name` of a backend's type. */
export function providerName(type: string): string {
  return conventional.get(type) ?? type;
}
