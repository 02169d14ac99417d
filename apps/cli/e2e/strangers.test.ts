// What foreign pages and clients may do with a server that requires no key, and what they cannot occupy.
import { connect } from "node:net";
import { writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { hangMidStream, httpError, text } from "@massgen/upstream";
import { exchange } from "./contract/wire.ts";
import { question } from "./completion.ts";
import { teamScript } from "./script.ts";
import { documentedConfig, serveTeam, type Served } from "./team.ts";

const solo = "agent: { id: solo, backend: { type: openai, model: gpt-4o } }\n";

async function metricOf({ url }: Served, name: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, "m").exec(page)?.[1]);
}

describe("a server without keys", () => {
  const asked = (host: string, ...more: string[]): string =>
    `${["GET /v1/models HTTP/1.1", `Host: ${host}`, "Connection: close", ...more].join("\r\n")}\r\n\r\n`;
  const status = async ({ url }: Served, ...request: [host: string, ...more: string[]]): Promise<string> =>
    (await exchange(url, asked(...request))).slice(9, 12);

  it("answers to names that are nobody's, and to those that flags and variables name", async () => {
    await using served = await serveTeam(teamScript({}), { config: solo, args: ["--allowed-host", "chat.example"] });
    expect(await status(served, "localhost")).toBe("200");
    expect(await status(served, "massgen")).toBe("200");
    expect(await status(served, "chat.example", "Origin: https://chat.example")).toBe("200");
    expect(await status(served, "rebound.example")).toBe("403");
    expect(await exchange(served.url, asked("rebound.example"))).toContain("--allowed-host rebound.example");
    expect(await status(served, "localhost", "Origin: https://page.example")).toBe("403");
    const env = { MASSGEN_SERVER_ALLOWED_HOST: "one.example,two.example" };
    await using other = await serveTeam(teamScript({}), { config: solo, env });
    expect(await status(other, "two.example")).toBe("200");
    expect(await status(other, "chat.example")).toBe("403");
  });

  it("learns names by a reload; with a key it checks none", async () => {
    await using served = await serveTeam(teamScript({}), { config: solo });
    expect(await status(served, "chat.example")).toBe("403");
    const file = `${served.massgen.cwd}/config.yaml`;
    writeFileSync(file, `${solo}server: { allowed_host: chat.example }\n`);
    served.massgen.child.kill("SIGHUP");
    await served.massgen.prints('"reloaded"');
    expect(served.massgen.stderr()).toContain('"changed":["allowed_host"]');
    expect(await status(served, "chat.example")).toBe("200");
    const env = { MASSGEN_SERVER_API_KEY: "sk-server-1" };
    await using keyed = await serveTeam(teamScript({}), { config: solo, env });
    const key = "Authorization: Bearer sk-server-1";
    expect(await status(keyed, "rebound.example", "Origin: https://page.example", key)).toBe("200");
  });
});

describe("a client that sends requests ahead", () => {
  it("has one run at a time, and none when it has left", async () => {
    await using served = await serveTeam(() => hangMidStream("begin"), { config: solo });
    const body = JSON.stringify({ messages: question, stream: true });
    const lines = ["POST /v1/chat/completions HTTP/1.1", "Host: x", "Content-Type: application/json"];
    const request = `${[...lines, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`;
    const socket = connect(Number(new URL(served.url).port), "127.0.0.1").on("error", () => {});
    let received = "";
    socket.setEncoding("utf8").on("data", (piece: string) => (received += piece));
    socket.write(request.repeat(150));
    await vi.waitUntil(() => received.includes("begin"), { timeout: 500_000 });
    expect(await metricOf(served, "massgen_runs_in_flight")).toBe(1);
    socket.destroy();
    await served.upstream.idle();
    await vi.waitUntil(async () => (await metricOf(served, "massgen_runs_in_flight")) === 0, { timeout: 500_000 });
    expect(served.upstream.calls.map(({ state }) => state)).toEqual(["aborted-by-client"]);
  });
});

describe("all providers too busy", () => {
  it("is the one failure that says so: 503, and when to come again", async () => {
    // Waiting 3500 s for a retry would outlast this deadline's share for drafting, so that nothing is retried.
    const config = `${documentedConfig}timeout_settings: { orchestrator_timeout_seconds: 400 }\n`;
    const busy = () => httpError(503, { message: "Overloaded, please try later" }, { "retry-after": "3500" });
    const ask = (served: Served): Promise<Response> =>
      fetch(`${served.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ messages: question }),
      });
    await using all = await serveTeam(teamScript({ draft: busy }), { config });
    const response = await ask(all);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "3500"]);
    expect(response.headers.has("x-should-retry")).toBe(false);
    expect(await response.json()).toMatchObject({ error: { type: "server_error", code: "overloaded" } });

    const script = teamScript({ draft: (call) => (call.wire === "openai" ? busy() : httpError(401)) });
    await using some = await serveTeam(script, { config });
    const mixed = await ask(some);
    expect([mixed.status, mixed.headers.get("x-should-retry")]).toEqual([502, "false"]);
    expect(await mixed.text()).not.toMatch(/overload/i);

    await using well = await serveTeam(
      teamScript({ draft: (call) => (call.wire === "openai" ? busy() : text("100")) }),
      {
        config,
      },
    );
    expect((await ask(well)).status).toBe(200);
  });
});
