// A provider package whose model ends its process when it is asked a certain question, as a defect of a native module
// would: once POISON_GATE, an address, answers. Node runs it as it is, types stripped: it may import types only.
import { appendFileSync } from "node:fs";
import process from "node:process";
import type { Provider } from "@massgen/core/model";

export const poison: Provider = {
  contract: 1,
  type: "poison",
  apiKey: { variables: ["POISON_KEY"], required: false },
  baseUrl: { variables: [] },
  createModel: ({ model }) => ({
    contract: 1,
    model,
    async *stream({ messages, tools = [] }) {
      const kills = JSON.stringify(messages).includes("<kill>");
      appendFileSync(process.env["POISON_LOG"] ?? "", `${kills ? "kill" : "answer"} ${process.pid}\n`);
      if (kills) await fetch(process.env["POISON_GATE"] ?? "");
      if (kills) process.kill(process.pid, "SIGKILL");
      const votes = tools.some(({ name }) => name === "vote");
      const ballot = '{"agent_id":"agent1","reason":"first"}';
      if (votes) yield { type: "tool-call", id: "1", name: "vote", arguments: ballot };
      else yield { type: "text-delta", text: "The answer of p." };
      yield { type: "finish", reason: votes ? "tool-calls" : "stop" };
    },
  }),
};
