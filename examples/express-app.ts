// A team under /team of an Express application of your own, for every client that knows OpenAI's API.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createTeam } from "@massgen/core";
import { model } from "@massgen/providers";
import { createApp } from "@massgen/server";
import express from "express";

const { handler, admission } = createApp({ team: createTeam({ agents: [model("demo"), model("demo")] }) });
const host = express();
host.get("/", (_req, res) => void res.send("My own page."));
host.use("/team", handler);

const server = host.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
const response = await fetch(`http://127.0.0.1:${port}/team/v1/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ model: "massgen", messages: [{ role: "user", content: "Hello!" }] }),
});
const completion = (await response.json()) as { choices: { message: { content: string } }[] };
console.log(completion.choices[0]?.message.content);

admission.drain();
await admission.emptied();
server.close();
