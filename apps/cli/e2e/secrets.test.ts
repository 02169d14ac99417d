// Keys in every place where people and providers put them, and everything that the process lets out.
import { httpError, inBandError, startMassgen, startUpstream, text, type Reply } from "@massgen/upstream";
import { expect, onTestFinished, test } from "vitest";
import { exchange, send } from "./contract/wire.ts";

const keys = {
  server: "server-key-0123456789",
  file: "file-key-abcdefghij",
  inConfig: "config-key-0987654321",
  inUrl: "url-password-5566",
  inEnvironment: "sk-environment-1234567890",
  inField: "extra-field-key-7777",
};
/** Shaped like keys, but no one's: a client's own, sent where it does not belong. */
const strangers = ["sk-stranger-1234567890", "AIzaStranger1234567890", "secret-word-of-a-prompt"];
const [openaiLike = "", googleLike = "", prompt = ""] = strangers;

test("keys, headers, bodies and prompts are in no log, no metric and no answer", async () => {
  const echo = `Incorrect API key: ${keys.inConfig}. Bearer ${keys.inConfig}; api_key=${keys.inEnvironment} ${keys.inUrl} ${keys.inField}`;
  const replies: readonly (() => Reply)[] = [
    () => httpError(401, { message: echo }),
    () => httpError(400, { message: `${echo} in "${prompt}"` }),
    () => httpError(403, { message: echo }),
    () => inBandError("", { message: echo }),
    () => text("fine"),
  ];
  let turn = 0;
  const upstream = await startUpstream(() => (replies[turn] ?? (() => text("fine")))());
  onTestFinished(() => upstream.close());
  const address = new URL(`${upstream.url}/v1`);
  const config = `agent:
  id: solo
  backend:
    type: chatcompletion
    model: some-model
    api_key: ${keys.inConfig}
    base_url: "${address.href}?key=${keys.inUrl}"
    extra_body: { api_key: ${keys.inField} }
`;
  await using massgen = await startMassgen({
    args: [
      "serve",
      "--config",
      "config.yaml",
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--log-level",
      "debug",
      "--api-key-file",
      "keys",
    ],
    env: { MASSGEN_SERVER_API_KEY: keys.server, OPENAI_API_KEY: keys.inEnvironment },
    files: { "config.yaml": config, keys: `# of the team\n${keys.file}\n` },
  });
  const url = await massgen.ready();
  const ask = (content: string, more: object = {}): object => ({ messages: [{ role: "user", content }], ...more });
  const authorization = `Bearer ${keys.file}`;
  const told: string[] = [];
  const say = async (
    body: unknown,
    headers: Record<string, string> = { authorization },
    path?: string,
  ): Promise<number> => {
    const response = await send(url, body, { headers, ...(path !== undefined && { path }) });
    told.push(JSON.stringify(response.headers), await response.rest());
    return response.status;
  };

  for (turn = 0; turn < replies.length; turn += 1) {
    await say(ask(prompt));
    await say(ask(prompt, { stream: true }));
  }
  expect(await say(ask(prompt), { authorization: `Bearer ${openaiLike}` })).toBe(401);
  expect(await say(ask(prompt), { "api-key": openaiLike, "x-api-key": googleLike })).toBe(401);
  expect(await say(ask(prompt), { "api-key": keys.server, "x-api-key": googleLike })).toBe(200);
  expect(await say(ask(prompt, { model: openaiLike }))).toBe(200);
  await say(ask(prompt, { user: keys.server, metadata: { [openaiLike]: googleLike } }), {
    authorization,
    cookie: keys.server,
  });
  const query = `/v1/chat/completions?api_key=${keys.server}&key=${prompt}`;
  expect(await say(ask(prompt), { authorization }, query)).toBe(200);
  expect(await say(`{"a": "${keys.server} ${prompt}`)).toBe(400);
  expect(await say(ask(prompt, { n: prompt, tool_choice: openaiLike }))).toBe(400);
  const lost = await send(url, undefined, {
    method: "GET",
    path: `/${keys.server}/${prompt}`,
    headers: { authorization },
  });
  expect(lost.status).toBe(404);
  await exchange(
    url,
    `GET /health HTTP/1.1\r\nHost: x\r\nAuthorization: ${keys.server}\r\nX: ${"a".repeat(20_000)}\r\n\r\n`,
  );
  const metrics = await send(url, undefined, { method: "GET", path: "/metrics", headers: { authorization } });
  const page = await metrics.rest();
  massgen.child.kill("SIGHUP");
  await massgen.prints('"reloaded"');
  massgen.child.kill("SIGTERM");
  await massgen.exited;

  const log = massgen.stderr();
  for (const line of log.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("msg");
  expect(log).toContain('"code":"authentication"');
  expect(page).toMatch(/^massgen_runs_total\{outcome="failed"\} [1-9]/m);
  const out = { log, page, stdout: massgen.stdout(), told: told.join("\n") };
  for (const [place, everything] of Object.entries(out)) {
    for (const key of Object.values(keys)) expect(everything, place).not.toContain(key);
    // The client that sent it may read it again; the log may not.
    if (place !== "told") for (const word of strangers) expect(everything, place).not.toContain(word);
  }
});
