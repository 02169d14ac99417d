import { once } from "node:events";
import { hostname } from "node:os";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { start, type TestServer } from "./client.ts";
import { answered, scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";
import type { ServerOptions } from "../src/index.ts";

let server: TestServer | undefined;
let engine: ScriptedEngine;
afterEach(() => server?.running.close({ timeoutMs: 0 }));

async function open(options: Partial<ServerOptions> = {}): Promise<void> {
  engine = scriptedEngine();
  server = await start({ engine, options });
}

/** Sends a request byte for byte and reads until the server closes. */
async function raw(lines: readonly string[], body = ""): Promise<string> {
  const socket = connect(server?.running.address.port ?? 0, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  socket.write(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n${body}`);
  await once(socket, "close");
  return text;
}

async function verdict(lines: readonly string[], body = ""): Promise<string> {
  const text = await raw(lines, body);
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  return [text.slice(9, 12), ...(code === undefined ? [] : [code])].join(" ");
}

const get = (host: string, ...more: string[]): string[] => ["GET /v1/models HTTP/1.1", `Host: ${host}`, ...more];

test.each(["localhost:4000", "127.0.0.1", "192.168.1.20:4000", "[::1]:4000", "massgen:4000", "Box.LOCAL", hostname()])(
  "a server without keys answers as %s",
  async (host) => {
    await open();
    expect(await verdict(get(host))).toBe("200");
  },
);

test("a name of the public DNS is refused, in words that name the flag", async () => {
  await open();
  for (const host of ["evil.com", "127.0.0.1.nip.io", "localhost.evil.com:4000", "EVIL.com.", "a@b", ""]) {
    expect([host, await verdict(get(host))]).toEqual([host, "403 host_not_allowed"]);
  }
  expect(await raw(get("rebound.example"))).toContain(
    'does not answer as \\"rebound.example\\". If that is its name, start it with --allowed-host rebound.example',
  );
  expect(await verdict(["GET http://evil.com/v1/models HTTP/1.1", "Host: localhost"])).toBe("403 host_not_allowed");
  expect(await verdict(["GET http://localhost/v1/models HTTP/1.1", "Host: evil.com"])).toBe("403 host_not_allowed");
  expect(await verdict(["GET http://localhost/v1/models HTTP/1.1", "Host: localhost"])).toBe("200");
  // What a proxy says of the name that it was called by is nobody's word but the sender's.
  expect(await verdict(get("evil.com", "X-Forwarded-Host: localhost", "Forwarded: host=localhost"))).toMatch("403");
  expect(await verdict(get("localhost", "X-Forwarded-Host: evil.com"))).toBe("200");
  expect(await verdict(["GET /v1/models HTTP/1.0"])).toBe("200");
});

test("probes come through by any name; unknown routes and other methods do not", async () => {
  await open({ metrics: async () => ({ contentType: "text/plain", text: "" }), metricsOpen: true });
  for (const path of ["/health", "/ready", "/HEALTH/"]) {
    expect(await verdict([`GET ${path} HTTP/1.1`, "Host: evil.com", "Origin: null"])).toBe("200");
  }
  for (const line of ["GET /metrics", "GET /nothing", "DELETE /v1/models", "OPTIONS /v1/models", "GET /health/x"]) {
    expect([line, await verdict([`${line} HTTP/1.1`, "Host: evil.com"])]).toEqual([line, "403 host_not_allowed"]);
  }
});

test("names that the operator allows, at once after a reload; keys make all names good", async () => {
  await open({ allowedHosts: ["Bücher.example.", "api.example"] });
  expect(await verdict(get("xn--bcher-kva.example:8080"))).toBe("200");
  expect(await verdict(get("API.example."))).toBe("200");
  expect(await verdict(get("sub.api.example"))).toBe("403 host_not_allowed");
  server?.reconfigure({ allowedHosts: ["other.example"] });
  expect(await verdict(get("api.example"))).toBe("403 host_not_allowed");
  expect(await verdict(get("other.example"))).toBe("200");
  server?.reconfigure({ allowedHosts: ["*"] });
  expect(await verdict(get("anything.example"))).toBe("200");
  server?.reconfigure({ allowedHosts: [], apiKeys: ["key"] });
  expect(await verdict(get("evil.com", "Origin: https://evil.com", "Authorization: Bearer key"))).toBe("200");
});

const post = (host: string, ...more: string[]): string[] => [
  "POST /v1/chat/completions HTTP/1.1",
  `Host: ${host}`,
  ...more,
];

test("pages of other origins are refused before their body is read, whatever they call it", async () => {
  await open();
  // The body never comes: who waited for it would wait for ever.
  const announced = "Content-Length: 1000";
  for (const origin of [
    "https://evil.com",
    "null",
    "http://localhost:3000",
    "file://",
    "http://localhost:4000@evil.com",
    "x",
  ]) {
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const sent = post("localhost:4000", `Origin: ${origin}`, `Content-Type: ${type}`, announced);
      expect([origin, type, await verdict(sent)]).toEqual([origin, type, "403 origin_not_allowed"]);
    }
  }
  const form = post("localhost:4000", "Origin: https://evil.com", "Content-Length: 13");
  expect(await verdict(form, '{"messages":1')).toBe("403 origin_not_allowed");
  const preflight = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"];
  expect(
    await verdict([
      "OPTIONS /v1/chat/completions HTTP/1.1",
      "Host: localhost",
      "Origin: https://evil.com",
      ...preflight,
    ]),
  ).toBe("403 origin_not_allowed");
  expect(engine.started()).toBe(0);
});

test("a page of the server's own host, and of an origin that may call it, is let in", async () => {
  await open({ corsOrigins: ["https://app.example"] });
  const own: [string, string][] = [
    ["localhost:4000", "http://localhost:4000"],
    ["LOCALHOST:80", "http://localhost"],
    ["massgen", "https://massgen"],
    ["massgen:443", "https://MASSGEN"],
    ["[::1]:4000", "http://[::1]:4000"],
    ["localhost", "https://app.example"],
    ["127.0.0.1", "https://APP.example"],
  ];
  for (const [host, origin] of own) {
    expect([host, origin, await verdict(get(host, `Origin: ${origin}`))]).toEqual([host, origin, "200"]);
  }
  expect(await verdict(get("localhost:4000", "Origin: http://localhost:4001"))).toBe("403 origin_not_allowed");
  expect(await verdict(get("localhost:80", "Origin: https://localhost"))).toBe("403 origin_not_allowed");
  const preflight = ["Origin: https://app.example", "Access-Control-Request-Method: POST"];
  expect(await verdict(["OPTIONS /v1/chat/completions HTTP/1.1", "Host: localhost", ...preflight])).toBe("204");
  expect(await verdict(["OPTIONS /v1/chat/completions HTTP/1.1", "Host: evil.com", ...preflight])).toBe(
    "403 host_not_allowed",
  );
  server?.reconfigure({ corsOrigins: ["*"] });
  expect(await verdict(get("localhost", "Origin: null"))).toBe("200");
});

test("origins of programs and extensions may be named, and names that browsers write in another way", async () => {
  const corsOrigins = ["app://obsidian.md", "file://", "https://Bücher.example:443", "null.example"];
  await open({ corsOrigins });
  for (const origin of ["app://obsidian.md", "file://", "https://xn--bcher-kva.example"]) {
    expect([origin, await verdict(get("localhost", `Origin: ${origin}`))]).toEqual([origin, "200"]);
  }
  for (const origin of ["app://other.md", "null", "https://xn--bcher-kva.example:444", ""]) {
    expect([origin, await verdict(get("localhost", `Origin: ${origin}`))]).toEqual([origin, "403 origin_not_allowed"]);
  }
  expect(await raw(get("localhost", "Origin: null"))).toContain("They have no origin that could be named");
});

test("a reverse proxy may keep the name that it was called by, or put the server's own in its place", async () => {
  await open({ allowedHosts: ["chat.example"] });
  expect(await verdict(get("chat.example", "Origin: https://chat.example"))).toBe("200");
  expect(await verdict(get("127.0.0.1:4000", "X-Forwarded-Host: chat.example"))).toBe("200");
  // Then nothing shows that the page came from this server.
  expect(await verdict(get("127.0.0.1:4000", "Origin: https://chat.example"))).toBe("403 origin_not_allowed");
});

test("a request that passes is answered", async () => {
  await open();
  const body = '{"messages":[{"role":"user","content":"Hi"}]}';
  const lines = post("localhost", "Content-Type: application/json", `Content-Length: ${body.length}`);
  const response = raw(lines, body);
  (await engine.nextRun()).reply("Hello.", answered("Hello."));
  expect(await response).toContain("Hello.");
});
