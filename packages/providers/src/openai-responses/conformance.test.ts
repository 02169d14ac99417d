import { describe, test } from "vitest";
import { describeModel } from "@massgen/provider-kit/conformance";
import { wires } from "@massgen/upstream";
import { registryHost } from "../../fixtures/registry-host.ts";
import { dialectOf } from "../../fixtures/simulated-dialect.ts";
import { createOpenAICompatible } from "../openai-compatible/provider.ts";
import { vendors } from "../openai-compatible/vendors.ts";

const host = registryHost();

describe.each(["openai", "openrouter"])("%s", (type) => {
  const vendor = vendors.find((one) => one.type === type);
  if (vendor === undefined) throw new Error(`no vendor ${type}`);
  const provider = createOpenAICompatible(vendor);
  describeModel({
    test,
    host,
    createModel: ({ options, ...settings }, context) =>
      provider.createModel(
        { model: "m-1", ...settings, options: { ...options, api: "responses" }, baseUrl: `${settings.baseUrl}/v1` },
        context,
      ),
    upstream: dialectOf(wires.responses),
    extrasType: type,
    capabilities: { remedies: true },
  });
});
