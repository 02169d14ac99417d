import { describe, test } from "vitest";
import { chatDialect, openaiManner, type ChatManner } from "../../fixtures/chat-dialect.ts";
import { describeModel } from "../conformance/index.ts";
import { createOpenAICompatible } from "./provider.ts";
import { vendors } from "./vendors.ts";

/** One vendor of each manner. */
const manners: readonly (readonly [type: string, manner: ChatManner])[] = [
  ["openai", openaiManner],
  ["mistral", { reasoning: "parts", usage: "finish chunk", calls: "whole" }],
  ["ollama", { reasoning: "reasoning", usage: "own chunk", calls: "whole" }],
];

describe.each(manners)("%s", (type, manner) => {
  const vendor = vendors.find((one) => one.type === type);
  if (vendor === undefined) throw new Error(`no vendor ${type}`);
  const provider = createOpenAICompatible(vendor);
  describeModel({
    test,
    createModel: (settings, context) =>
      provider.createModel({ model: "m-1", ...settings, baseUrl: `${settings.baseUrl}/v1` }, context),
    upstream: chatDialect(manner),
    capabilities: { remedies: true },
  });
});
