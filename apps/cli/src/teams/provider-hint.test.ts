import { expect, it } from "vitest";
import { providerHint } from "./provider-hint.ts";

it("names the services that have models of an ambiguous name", () => {
  expect(providerHint("gpt-oss-20b")).toBe(
    'Several services have models named "gpt-oss-20b": write it as type/model, such as groq/gpt-oss-20b, cerebras/gpt-oss-20b, together/gpt-oss-20b, openrouter/gpt-oss-20b or ollama/gpt-oss-20b.',
  );
});

it("asks for a type where the name tells nothing, and repeats no more than the beginning of a long one", () => {
  expect(providerHint("my-model")).toContain(
    'The name "my-model" does not identify its provider: write it as type/model',
  );
  expect(providerHint("m".repeat(1000)).length).toBeLessThan(300);
});
