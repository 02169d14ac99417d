import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

// node bare-relay.ts <upstream>: passes requests on and answers back, byte by byte, looking at nothing.
const [upstreamUrl = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

const server = createServer((incoming, response) => {
  const { "content-type": type = "", "content-length": length = "" } = incoming.headers;
  const outgoing = request(
    `${upstreamUrl}${incoming.url}`,
    { agent, method: "POST", headers: { "content-type": type, "content-length": length } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, { "content-type": answer.headers["content-type"] ?? "" });
      answer.pipe(response);
    },
  );
  outgoing.on("error", () => response.destroy());
  incoming.pipe(outgoing);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
