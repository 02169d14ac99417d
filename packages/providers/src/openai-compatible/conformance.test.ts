import { describe, test } from "vitest";
import { describeModel } from "@massgen/provider-kit/conformance";
import { chatWire, type ChatManner } from "@massgen/upstream";
import { registryHost } from "../../fixtures/registry-host.ts";
import { dialectOf } from "../../fixtures/simulated-dialect.ts";
import { createOpenAICompatible } from "./provider.ts";
import { vendors } from "./vendors.ts";

const host = registryHost();

/** One vendor of each manner. */
const manners: readonly (readonly [type: string, manner: ChatManner])[] = [
  ["openai", { reasoning: "reasoning_content", usage: "own chunk", calls: "named pieces" }],
  ["mistral", { reasoning: "parts", usage: "finish chunk", calls: "whole" }],
  ["ollama", { reasoning: "reasoning", usage: "own chunk", calls: "whole" }],
];

describe.each(manners)("%s", (type, manner) => {
  const vendor = vendors.find((one) => one.type === type);
  if (vendor === undefined) throw new Error(`no vendor ${type}`);
  const provider = createOpenAICompatible(vendor);
  describeModel({
    test,
    host,
    createModel: (settings, context) =>
      provider.createModel({ model: "m-1", ...settings, baseUrl: `${settings.baseUrl}/v1` }, context),
    upstream: dialectOf(chatWire(manner)),
    extrasType: type,
    capabilities: { remedies: true },
  });
});
