// nginx in front of the server, with its buffering as it comes.
import { gated, type ServedTeam, startTeam, teamScript, text } from "@massgen/upstream";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { aimedAt, clientBlock } from "./document.ts";
import { startNginx } from "./nginx-proxy.ts";
import { findTool } from "./optional-tools.ts";

// Processes are started here, on whatever machine this is.
const messages = [{ role: "user" as const, content: "What is 25 * 4?" }];
const locations = clientBlock("nginx", "nginx");

/** A stream as it goes over the wire, comments included. */
async function ask(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: "massgen", messages, stream: true }),
  });
  return response.text();
}

const nginx = findTool("nginx");

describe.skipIf(nginx.skipped)("nginx", { concurrent: true }, () => {
  it("the documented location with default buffering: each piece is there before the next is written", async () => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const script = teamScript({
      draft: (call) => gated(text(`Draft by ${call.model}.`), call.wire === "openai" ? first.promise : second.promise),
    });
    await using team = await startTeam(script);
    await using proxy = await startNginx(nginx.path(), aimedAt(team.url, locations));
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: "not-needed", maxRetries: 0 });
    const stream = await client.chat.completions.create({ model: "massgen", messages, stream: true });
    let content = "";
    let traces = "";
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta;
      content += delta?.content ?? "";
      traces += (delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? "";
      // One draft is let go when the client has seen that both are under way, the other when it has seen the first come
      // in.
      if (traces.includes("[research-agent] Drafting") && traces.includes("[analysis-agent] Drafting")) first.resolve();
      if (traces.includes("[research-agent] Answered")) second.resolve();
    }
    expect(content).toBe("The final coordinated answer.");
  });

  it("the server answers by the name that nginx gives it; one that nginx keeps has to be allowed", async () => {
    const asked = async (url: string, headers: Record<string, string>): Promise<string> => {
      const out = request(`${url}/v1/models`, { headers, agent: false }).end();
      const [response] = (await once(out, "response")) as [IncomingMessage];
      response.resume();
      return `${response.statusCode}`;
    };
    const keeping = locations.replace("proxy_pass", "proxy_set_header Host $host;\n  proxy_pass");
    expect(keeping).not.toBe(locations);
    await using team = await startTeam(teamScript({}), { args: ["--allowed-host", "chat.example"] });
    await using changes = await startNginx(nginx.path(), aimedAt(team.url, locations));
    await using keeps = await startNginx(nginx.path(), aimedAt(team.url, keeping));
    expect(await asked(changes.url, { Host: "anything.example" })).toBe("200");
    expect(await asked(keeps.url, { Host: "chat.example" })).toBe("200");
    expect(await asked(keeps.url, { Host: "chat.example", Origin: "https://chat.example" })).toBe("200");
    expect(await asked(keeps.url, { Host: "anything.example" })).toBe("403");
    expect(await asked(changes.url, { Host: "chat.example", Origin: "https://chat.example" })).toBe("403");
  });

  it("not streamed, and larger than nginx takes by itself: the same answer", async () => {
    await using team = await startTeam(teamScript({}));
    await using proxy = await startNginx(nginx.path(), aimedAt(team.url, locations));
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: "not-needed", maxRetries: 0 });
    const long = [{ role: "user" as const, content: "What is 25 * 4? ".repeat(100_000) }];
    const answer = await client.chat.completions.create({ model: "massgen", messages: long });
    expect(answer.choices[0]?.message.content).toBe("The final coordinated answer.");
  });

  it("a client that leaves nginx leaves the server: every call ends", async () => {
    await using team = await startTeam(teamScript({ draft: (call) => gated(text("Late."), call.closed) }));
    await using proxy = await startNginx(nginx.path(), aimedAt(team.url, locations));
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: "not-needed", maxRetries: 0 });
    for await (const chunk of await client.chat.completions.create({ model: "massgen", messages, stream: true })) {
      expect(chunk.choices[0]?.finish_reason).toBeNull();
      await team.upstream.waitForCall((call) => call.n === 2);
      break;
    }
    await team.upstream.idle();
    expect(team.upstream.calls.map((call) => call.state)).toEqual(["aborted-by-client", "aborted-by-client"]);
  });

  describe("with proxy_read_timeout 10s", () => {
    const impatient = locations.replace(/proxy_read_timeout \d+s/, "proxy_read_timeout 10s");

    it("a run silent for longer is not cut when heartbeats come sooner, and is cut without them", async () => {
      expect(impatient).toContain("proxy_read_timeout 10s");
      const release = Promise.withResolvers<void>();
      const script = teamScript({ draft: (call) => gated(text(`Draft by ${call.model}.`), release.promise) });
      const start = (heartbeat: string): Promise<ServedTeam> => startTeam(script, { args: ["--heartbeat", heartbeat] });
      await using beating = await start("0.4");
      await using silent = await start("0");
      await using before = await startNginx(nginx.path(), aimedAt(beating.url, impatient));
      await using beforeSilent = await startNginx(nginx.path(), aimedAt(silent.url, impatient));
      const beats = ask(before.url);
      await beating.upstream.waitForCall((call) => call.n === 2);
      // The silent one is cut after 10 s. By then the other has lived through a longer silence, and goes on.
      await expect(ask(beforeSilent.url)).rejects.toThrow("terminated");
      release.resolve();
      const all = await beats;
      expect(all.match(/^: keep-alive$/gm)?.length).toBeGreaterThan(2);
      expect(all).toMatch(/"finish_reason":"stop"[^]*data: \[DONE\]\n\n$/);
    });
  });
});
