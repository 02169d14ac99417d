// A provider of your own: what @massgen/core/model describes. AUTHORING.md of @massgen/providers shows one that calls a
// service.
import { createTeam } from "@massgen/core";
import { contractVersion, textOf, type Provider } from "@massgen/core/model";
import { createRegistry } from "@massgen/providers";

const echo: Provider = {
  contract: contractVersion,
  type: "echo",
  apiKey: { variables: [], required: false },
  baseUrl: { variables: [] },
  createModel: ({ model }) => ({
    contract: contractVersion,
    model,
    async *stream({ messages, signal }) {
      signal?.throwIfAborted();
      const last = messages.findLast(({ role }) => role === "user");
      yield { type: "text-delta", text: `You said: ${last === undefined ? "nothing" : textOf(last)}` };
      yield { type: "finish", reason: "stop" };
    },
  }),
};

const registry = createRegistry({ providers: [echo] });
const team = createTeam({ agents: [registry.createModel({ type: "echo", model: "canyon", options: {} })] });
console.log((await team.run({ messages: [{ role: "user", content: "Hello!" }] }).answer()).text);
await registry.close();
