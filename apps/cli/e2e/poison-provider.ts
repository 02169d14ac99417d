// A provider package whose model ends its process when it is asked a certain question, as a defect of a native module
// would, or waits: both until POISON_GATE, an address, answers. It notes in POISON_LOG who asked it. Node runs it as it
// is, types stripped: it may import types only.
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
      const what = /<(kill|wait)>/.exec(JSON.stringify(messages))?.[1] ?? "answer";
      appendFileSync(process.env["POISON_LOG"] ?? "", `${what} ${process.pid}\n`);
      if (what !== "answer") await fetch(`${process.env["POISON_GATE"] ?? ""}/${what}`);
      if (what === "kill") process.kill(process.pid, "SIGKILL");
      const votes = tools.some(({ name }) => name === "vote");
      const ballot = '{"agent_id":"agent1","reason":"first"}';
      if (votes) yield { type: "tool-call", id: "1", name: "vote", arguments: ballot };
      else yield { type: "text-delta", text: "The answer of p." };
      yield { type: "finish", reason: votes ? "tool-calls" : "stop" };
    },
  }),
};
