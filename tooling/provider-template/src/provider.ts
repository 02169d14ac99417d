import { contractVersion, MassgenError, type Provider } from "@massgen/core/model";
import { endpointOf, extrasFor, streamAnswer } from "@massgen/provider-kit/wire";
import { createReader } from "./answer.ts";
import { bodyOf } from "./request.ts";

/**
 * Acme's chat service. Its backends know one field of their own, `priority`: how soon Acme serves a request, `low` or
 * `high`.
 */
export const acme: Provider = {
  contract: contractVersion,
  type: "acme",
  apiKey: { variables: ["ACME_API_KEY"], required: true },
  baseUrl: { variables: ["ACME_BASE_URL"], default: "https://api.acme.example" },
  optionNames: ["priority"],
  createModel({ model, apiKey, baseUrl = "", options }, context) {
    const { priority } = options;
    if (priority !== undefined && priority !== "low" && priority !== "high") {
      throw new MassgenError("configuration", "backend acme: priority must be low or high");
    }
    const url = endpointOf("acme", baseUrl);
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/chat`;
    return {
      contract: contractVersion,
      model,
      capabilities: { images: false },
      stream(request) {
        const { body, droppedParameters } = bodyOf(model, request);
        return streamAnswer(context, request, {
          label: `acme ${model}`,
          url: url.href,
          headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
          body: { ...body, ...(priority !== undefined && { priority }), ...extrasFor("acme", request) },
          droppedParameters,
          createReader,
        });
      },
    };
  },
};
