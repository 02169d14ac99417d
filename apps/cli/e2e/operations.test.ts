// What an operator sees and does while the server runs: logs, metrics, keys, reloads, pages of other origins.
import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { gated, startMassgen, teamScript, text, type MassgenProcess } from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { runCommand } from "./command-line.ts";
import { asked, soloConfig, startRig } from "./contract/rig.ts";
import { problem, readStream, send } from "./contract/wire.ts";

type Line = Record<string, unknown> & { readonly level: string; readonly msg: string };

function lines({ stderr }: MassgenProcess): Line[] {
  return stderr()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** A connection that says nothing. */
function connected(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}

const bearer = (key: string): { authorization: string } => ({ authorization: `Bearer ${key}` });

function models(url: string, headers: Record<string, string> = {}): Promise<number> {
  return send(url, undefined, { method: "GET", path: "/v1/models", headers }).then(({ status }) => status);
}

describe("logs", () => {
  test("one line for each request, with its kind and its cost", async () => {
    await using rig = await startRig();
    rig.play(teamScript({}));
    await (await send(rig.url, { ...asked(), stream: true }, { headers: { "x-request-id": "mine" } })).rest();
    await rig.massgen.prints('"request_id":"mine"');
    const line = lines(rig.massgen).find((entry) => entry["request_id"] === "mine");
    expect(line).toMatchObject({
      level: "info",
      msg: "request",
      run_id: expect.any(String),
      method: "POST",
      route: "/v1/chat/completions",
      status: 200,
      outcome: "unanimous",
      model: "massgen",
      stream: true,
      calls: 5,
      calls_failed: 0,
      tokens_in: expect.any(Number),
      tokens_out: expect.any(Number),
      ms: expect.any(Number),
      first_byte_ms: expect.any(Number),
      first_content_ms: expect.any(Number),
      client_gone: false,
    });
    expect(lines(rig.massgen)[0]).toMatchObject({ level: "info", msg: "started", team: "config.yaml" });
  });

  test("probes are logged at level debug only", async () => {
    for (const [level, logged] of [
      ["info", false],
      ["debug", true],
    ] as const) {
      await using massgen = await startMassgen({
        args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0", "--log-level", level],
      });
      const url = await massgen.ready();
      await send(url, undefined, { method: "GET", path: "/health" });
      await send(url, undefined, { method: "GET", path: "/nowhere" });
      await massgen.prints('"route":"other"');
      expect(massgen.stderr().includes('"route":"/health"')).toBe(logged);
    }
  });

  test("pretty is for people, off is silence", async () => {
    for (const [format, expected] of [
      ["pretty", /INFO.*: started .*"team":"the offline demo team"/],
      ["off", /^$/],
    ] as const) {
      await using massgen = await startMassgen({
        args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0", "--log-format", format],
      });
      await massgen.ready();
      massgen.child.kill("SIGTERM");
      expect(await massgen.exited).toMatchObject({ code: 0 });
      expect(massgen.stderr()).toMatch(expected);
    }
  });
});

describe("metrics", () => {
  test("count what happened, by configured names only", async () => {
    await using rig = await startRig();
    rig.play(teamScript({}));
    const ask = (model: string) => send(rig.url, { ...asked(), model }).then((response) => response.rest());
    await ask("massgen");
    for (let i = 0; i < 5; i += 1) await ask(`made-up-${i}`);
    await send(rig.url, "{", {});
    const page = await (await send(rig.url, undefined, { method: "GET", path: "/metrics" })).rest();
    for (const sample of [
      'massgen_runs_total{outcome="unanimous"} 6',
      'massgen_runs_by_model_total{model="massgen",team=""} 1',
      'massgen_runs_by_model_total{model="other",team=""} 5',
      'massgen_http_requests_total{route="/v1/chat/completions",status="200"} 6',
      'massgen_http_requests_total{route="/v1/chat/completions",status="400"} 1',
      'massgen_calls_total{agent="research-agent",type="openai",model="gpt-4o",phase="draft",result="ok"} 6',
      'massgen_calls_total{agent="analysis-agent",type="gemini",model="gemini-2.5-flash",phase="ballot",result="ok"} 6',
      'massgen_calls_total{agent="research-agent",type="openai",model="gpt-4o",phase="presentation",result="ok"} 6',
      "massgen_runs_in_flight 0",
      "massgen_queue_length 0",
      'massgen_run_duration_seconds_count{outcome="unanimous"} 6',
      'massgen_http_first_byte_seconds_count{streamed="false"} 6',
    ]) {
      expect(page).toContain(`${sample}\n`);
    }
    expect(page).toMatch(/^massgen_tokens_total\{.*phase="draft",kind="input"\} \d+$/m);
    expect(page).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(page).not.toContain("made-up");
  });

  test("a run whose client left is counted and logged with its cost", async () => {
    await using rig = await startRig();
    const gate = Promise.withResolvers<void>();
    rig.play(teamScript({ presentation: () => gated(text("too late"), gate.promise) }));
    for (const stream of [true, false]) {
      const leave = new AbortController();
      const headers = { "content-type": "application/json", "x-request-id": `leaver-${stream}` };
      const body = JSON.stringify({ ...asked(), stream });
      const asking = fetch(`${rig.url}/v1/chat/completions`, { method: "POST", headers, body, signal: leave.signal });
      const before = rig.upstream.calls.length;
      await rig.upstream.waitForCall(
        ({ phase }) => phase === "presentation" && rig.upstream.calls.length >= before + 5,
      );
      leave.abort();
      await asking.then((response) => response.text()).catch(() => undefined);
      await rig.massgen.prints(`"request_id":"leaver-${stream}"`);
      const line = lines(rig.massgen).find((entry) => entry["request_id"] === `leaver-${stream}`);
      expect(line).toMatchObject({ level: "info", outcome: "client-gone", client_gone: true, calls: 5, tokens_in: 40 });
      expect(line).not.toHaveProperty("error");
    }
    gate.resolve();
    const page = await (await send(rig.url, undefined, { method: "GET", path: "/metrics" })).rest();
    for (const sample of [
      'massgen_runs_total{outcome="cancelled"} 2',
      'massgen_calls_total{agent="research-agent",type="openai",model="gpt-4o",phase="presentation",result="aborted"} 2',
      'massgen_tokens_total{agent="research-agent",type="openai",model="gpt-4o",phase="draft",kind="input"} 20',
    ]) {
      expect(page).toContain(`${sample}\n`);
    }
  });

  test("need the key, unless they are opened", async () => {
    for (const [args, status] of [
      [[], 401],
      [["--metrics-open"], 200],
    ] as const) {
      await using massgen = await startMassgen({
        args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0", ...args],
        env: { MASSGEN_SERVER_API_KEY: "let-me-in" },
      });
      const url = await massgen.ready();
      const get = (headers = {}) => send(url, undefined, { method: "GET", path: "/metrics", headers });
      expect((await get()).status).toBe(status);
      const page = await get(bearer("let-me-in"));
      expect([page.status, page.headers["content-type"]]).toEqual([200, expect.stringContaining("text/plain")]);
      expect(await models(url)).toBe(401);
    }
  });
});

describe("SIGHUP", () => {
  test("changes keys, team and limits; a run under way keeps its team", async () => {
    const config = (id: string, rest: string): string =>
      `agent: { id: ${id}, backend: { type: openai, model: gpt-4o } }\nserver: { api_key_file: keys, ${rest} }\n`;
    const gate = Promise.withResolvers<void>();
    await using rig = await startRig({ config: soloConfig });
    const change = async (files: Record<string, string>, until: string): Promise<void> => {
      for (const [name, content] of Object.entries(files)) await writeFile(join(rig.massgen.cwd, name), content);
      rig.massgen.child.kill("SIGHUP");
      await rig.massgen.prints(until);
    };
    rig.play(() => gated(text("old"), gate.promise));
    const running = send(rig.url, { ...asked(), stream: true });
    await rig.upstream.waitForCall(() => true);

    await change({ keys: "first\n", "config.yaml": config("renamed", "max_concurrent_runs: 7") }, '"reloaded"');
    expect(lines(rig.massgen).at(-1)).toMatchObject({
      level: "info",
      changed: ["agent solo", "api_keys", "max_concurrent_runs", "api_key_file", "agent renamed"],
    });
    expect(await models(rig.url)).toBe(401);
    expect(await models(rig.url, bearer("first"))).toBe(200);

    await change({ keys: "second\nthird\n" }, '"changed":["api_keys"]');
    expect(await Promise.all(["first", "second", "third"].map((key) => models(rig.url, bearer(key))))).toEqual([
      401, 200, 200,
    ]);

    await change({ "config.yaml": config("broken", "port: 99999") }, '"reload refused');
    expect(lines(rig.massgen).at(-1)).toMatchObject({
      level: "error",
      problems: expect.arrayContaining([expect.stringContaining("server.port")]),
    });
    await change({ keys: "# nobody\n", "config.yaml": config("renamed", "max_concurrent_runs: 8") }, "contains no key");
    expect(await models(rig.url)).toBe(401);
    expect(await models(rig.url, bearer("second"))).toBe(200);

    await change(
      { keys: "second\n", "config.yaml": config("renamed", "log_format: json") },
      '"need_restart":["log_format"]',
    );
    await change({ ".env": "GROQ_API_KEY=gsk-rotated-0123456789\n" }, '"changed":["GROQ_API_KEY"]');
    expect(lines(rig.massgen).at(-1)).toMatchObject({ level: "warn", need_restart: ["log_format"] });

    gate.resolve();
    const old = readStream(await (await running).rest());
    expect(old.content).toBe("old");
    expect(old.reasoning).toContain("[solo]");
    rig.play(() => text("new"));
    const now = await send(rig.url, { ...asked(), stream: true }, { headers: bearer("second") });
    expect(readStream(await now.rest()).reasoning).toContain("[renamed]");
    const page = await (
      await send(rig.url, undefined, { method: "GET", path: "/metrics", headers: bearer("second") })
    ).rest();
    expect(page).toContain('massgen_reloads_total{result="applied"} 4\n');
    expect(page).toContain('massgen_reloads_total{result="refused"} 2\n');
  });

  test.each<Record<string, string>>([{}, { MASSGEN_START: "1" }])(
    "is refused when the team's file was found in its place and is gone: team and keys stay, %j",
    async (env) => {
      const team = "agent: { id: solo, backend: { type: openai, model: gpt-4o } }\nserver: { api_key_file: keys }\n";
      await using massgen = await startMassgen({
        args: ["serve", "--host", "127.0.0.1", "--port", "0"],
        files: { "massgen.yaml": team, keys: "first\n" },
        env: { OPENAI_API_KEY: "no-real-key-1234567890", ...env },
      });
      const [url] = await massgen.matches(/http:\/\/127\.0\.0\.1:\d+/);
      const file = join(massgen.cwd, "massgen.yaml");
      await rename(file, `${file}.away`);
      massgen.child.kill("SIGHUP");
      await massgen.prints('"reload refused');
      expect(lines(massgen).find(({ msg }) => msg.startsWith("reload refused"))).toMatchObject({
        problems: [expect.stringContaining("massgen.yaml, whose team is served, is gone")],
      });
      expect([await models(url), await models(url, bearer("first"))]).toEqual([401, 200]);
      await rename(`${file}.away`, file);
      massgen.child.kill("SIGHUP");
      await massgen.prints('"reloaded"');
      expect(await models(url)).toBe(401);
    },
  );

  test("warns when a reload removes all keys", async () => {
    await using rig = await startRig({ config: soloConfig });
    await writeFile(join(rig.massgen.cwd, ".env"), "MASSGEN_SERVER_API_KEY=let-me-in\n");
    rig.massgen.child.kill("SIGHUP");
    await rig.massgen.prints('"changed":["api_keys"]');
    expect(await models(rig.url)).toBe(401);
    await writeFile(join(rig.massgen.cwd, ".env"), "MASSGEN_SERVER_API_KEY=\n");
    rig.massgen.child.kill("SIGHUP");
    await rig.massgen.prints("no key is required any more");
    expect(lines(rig.massgen).find(({ msg }) => msg.startsWith("no key is required any more"))).toMatchObject({
      level: "warn",
    });
  });

  test("invalid keys keep the server from starting", async () => {
    const start = (keys: string, env = {}) =>
      runCommand({ args: ["serve", "--demo", "--port", "0", "--api-key-file", "keys"], files: { keys }, env });
    expect(await start("\n# none\n")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("contains no key"),
    });
    expect(await start("two words\n")).toMatchObject({ code: 2, stderr: expect.stringContaining("key 1") });
    expect((await start("two words\n")).stderr).not.toContain("words");
    const missing = await runCommand({ args: ["serve", "--demo", "--port", "0", "--api-key-file", "nowhere"] });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no such file") });
  });
});

describe("pages of other origins", () => {
  const origin = "https://app.example";
  const preflight = (url: string, from: string) =>
    send(url, undefined, {
      method: "OPTIONS",
      headers: {
        origin: from,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, x-stainless-os, x-request-id, x-evil",
      },
    });

  test("may call it when they are named, and read its responses, errors included", async () => {
    await using massgen = await startMassgen({
      args: [
        "serve",
        "--demo",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--cors-origin",
        "https://other.example",
        "--cors-origin",
        origin,
      ],
      env: { MASSGEN_SERVER_API_KEY: "let-me-in" },
    });
    const url = await massgen.ready();
    const asking = await preflight(url, origin);
    expect(asking).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": origin,
        "access-control-allow-headers": "authorization, content-type, x-stainless-os, x-request-id",
        "access-control-allow-methods": expect.stringContaining("POST"),
        vary: "Origin, Access-Control-Request-Headers",
      },
    });
    const refused = await problem(await send(url, asked(), { headers: { origin } }));
    expect(refused).toMatchObject({ status: 401, headers: { "access-control-allow-origin": origin, vary: "Origin" } });
    for (const name of ["x-request-id", "retry-after", "x-massgen-run-id"]) {
      expect(refused.headers["access-control-expose-headers"]).toContain(name);
    }
    for (const stranger of ["https://evil.example", "null", `${origin}.evil.example`]) {
      const answer = await preflight(url, stranger);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
      expect(answer.headers["vary"]).toBe("Origin");
    }
  });

  test("may not call it by default; all may with *", async () => {
    for (const [args, allowed] of [
      [[], undefined],
      [["--cors-origin", "*"], "*"],
    ] as const) {
      await using massgen = await startMassgen({
        args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0", ...args],
      });
      const url = await massgen.ready();
      for (const response of [await preflight(url, origin), await send(url, "{", { headers: { origin } })]) {
        expect(response.headers["access-control-allow-origin"]).toBe(allowed);
      }
    }
  });
});

test("more bodies than the memory for them: 429, and room again when they are gone", async () => {
  const gate = Promise.withResolvers<void>();
  await using rig = await startRig({ config: soloConfig, args: ["--body-memory", "3000"] });
  rig.play(() => gated(text("fine"), gate.promise));
  const large = asked({ messages: [{ role: "user", content: "x".repeat(2000) }] });
  const first = send(rig.url, large);
  await rig.upstream.waitForCall(() => true);
  expect(await problem(await send(rig.url, large))).toMatchObject({
    status: 429,
    headers: { "retry-after": "5" },
    error: { type: "rate_limit_error", code: "server_busy" },
  });
  gate.resolve();
  await (await first).rest();
  expect((await send(rig.url, large)).status).toBe(200);
});

test("more connections than there may be are closed as they come", async () => {
  await using massgen = await startMassgen({
    args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0", "--max-connections", "2"],
  });
  const url = await massgen.ready();
  const held = [await connected(url), await connected(url)];
  await expect(send(url, undefined, { method: "GET", path: "/health" })).rejects.toThrow(/socket hang up|ECONNRESET/);
  const [first] = held;
  const closed = new Promise((resolve) => first?.once("close", resolve));
  first?.end("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").resume();
  await closed;
  // The server may notice a moment later.
  const answered = (): Promise<number> =>
    send(url, undefined, { method: "GET", path: "/health" }).then(
      ({ status }) => status,
      () => answered(),
    );
  expect(await answered()).toBe(200);
  held[1]?.destroy();
});

test("the manual names every metric and every field of the log", async () => {
  const manual = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
  await using rig = await startRig();
  rig.play(teamScript({}));
  await (await send(rig.url, asked())).rest();
  const page = await (await send(rig.url, undefined, { method: "GET", path: "/metrics" })).rest();
  const named = [...page.matchAll(/^# TYPE (massgen_\w+) /gm)].map((match) => match[1] ?? "");
  await rig.massgen.prints('"msg":"request"');
  const fields = Object.keys(lines(rig.massgen).find(({ msg }) => msg === "request") ?? {});
  expect(named.length).toBeGreaterThan(10);
  expect([...named, ...fields].filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
});
