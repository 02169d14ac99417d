import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createParser } from "eventsource-parser";
import express from "express";

// node bare-server.ts <upstream> <agents>: the calls of a run and nothing around them, as anybody would write them:
// Express, fetch, eventsource-parser. No limits, no retries, no checks, no votes counted. What it takes is what no
// server on these libraries can do without.
const [upstreamUrl = "", agentCount = "3"] = process.argv.slice(2);
const agents = Array.from({ length: Number(agentCount) }, (_, n) => `model-${n + 1}`);

interface Chunk {
  readonly choices: readonly {
    readonly delta: {
      readonly content?: string;
      readonly tool_calls?: readonly [{ readonly function: { readonly arguments: string } }];
    };
  }[];
}

/** Makes one call and resolves with its text, or with the arguments of the tool that it calls. */
async function call(
  model: string,
  content: string,
  tools: readonly object[],
  onText?: (text: string) => void,
): Promise<string> {
  const response = await fetch(`${upstreamUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model,
      stream: true,
      messages: [{ role: "user", content }],
      ...(tools.length > 0 && { tools }),
    }),
  });
  if (!response.ok || response.body === null) throw new Error(`the upstream answered ${response.status}`);
  let whole = "";
  const parser = createParser({
    onEvent({ data }) {
      if (data === "[DONE]") return;
      const delta = (JSON.parse(data) as Chunk).choices[0]?.delta;
      const text = delta?.content ?? delta?.tool_calls?.[0].function.arguments ?? "";
      whole += text;
      if (text !== "") onText?.(text);
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body) parser.feed(decoder.decode(bytes, { stream: true }));
  return whole;
}

const voteTool = { type: "function", function: { name: "vote", parameters: { type: "object" } } };

async function run(question: string, response: ServerResponse): Promise<void> {
  const head = { id: "chatcmpl-bare", object: "chat.completion.chunk", created: 1_790_000_000, model: "bare" };
  const send = (delta: object, finish: string | null): void => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    response.write(`data: ${JSON.stringify({ ...head, choices })}\n\n`);
  };
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  send({ role: "assistant", content: "" }, null);
  const drafts = await Promise.all(agents.map((model) => call(model, question, [])));
  const shown = drafts.map((draft, n) => `<agent${n + 1}>\n${draft}\n</agent${n + 1}>\n`).join("");
  const ballot = `${question}\n<CURRENT ANSWERS>\n${shown}</CURRENT ANSWERS>\nChoose.`;
  await Promise.all(agents.map((model) => call(model, ballot, [voteTool])));
  await call(agents[0] ?? "", ballot, [], (content) => send({ content }, null));
  send({}, "stop");
  response.end("data: [DONE]\n\n");
}

const app = express();
app.use(express.json());
app.post("/v1/chat/completions", (request, response) => {
  const { messages } = request.body as { messages: [{ content: string }] };
  run(messages[0].content, response).catch(() => response.destroy());
});
const server = app.listen(0, "127.0.0.1");
// A connection that closes as its next request is under way would count as a failed run.
server.keepAliveTimeout = 65_000;
await once(server, "listening");
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
