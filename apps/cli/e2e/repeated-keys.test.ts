// Models and services that repeat the key they were called with, and everything that leaves the process.
import {
  httpError,
  inBandError,
  startMassgen,
  startUpstream,
  text,
  toolCalls,
  type Reply,
  type UpstreamCall,
} from "@massgen/upstream";
import { describe, expect, it, onTestFinished } from "vitest";
import { send } from "./contract/wire.ts";

const key = "k3y+with/odd=chars.and$regex*(x)";
const secrets = {
  key,
  header: "hdr-value-778899",
  body: "open-sesame-1",
  query: "qqq-sig-12345",
  variable: "var-value-998877",
  server: "server-key-0123456789",
};
const authorization = `Bearer ${secrets.server}`;

/** What a service may make of a key. */
const spellings: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => secret.toUpperCase(),
  (secret) => encodeURIComponent(secret).toLowerCase(),
  (secret) => secret.replaceAll("/", "\\/"),
  (secret) => secret.replaceAll("+", "&#43;").replaceAll("/", "&#x2F;"),
  (secret) => Buffer.from(`Bearer ${secret}`).toString("base64"),
  (secret) => Buffer.from(secret).toString("hex"),
];
const inAll = process.env["MASSGEN_TESTS"] === "all";
/** Every secret in every spelling; in the sample each secret in one or two, and each spelling of one at least. */
const spelled = Object.values(secrets).flatMap((secret, at) =>
  spellings.filter((_, n) => inAll || (n + at) % 4 === 0).map((spell) => spell(secret)),
);

/** A team of three in front of one service. */
async function serve(
  answer: (call: UpstreamCall) => Reply,
  more: { readonly args?: readonly string[]; readonly traces?: string } = {},
) {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  const agent = (id: string): string => `  - id: ${id}
    backend:
      type: chatcompletion
      model: model-${id}
      api_key: ${JSON.stringify(key)}
      base_url: "${upstream.url}/v1?sig=${secrets.query}"
      default_headers: { X-Custom: "${secrets.header}" }
      extra_body: { deep: [{ er: "${secrets.body}" }], token: "\${ACME_VALUE}" }
`;
  const config = `agents:\n${["ada", "bob", "cyd"].map(agent).join("")}orchestrator: { traces: ${more.traces ?? "full"} }\n`;
  const massgen = await startMassgen({
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
      ...(more.args ?? []),
    ],
    env: { MASSGEN_SERVER_API_KEY: secrets.server, ACME_VALUE: secrets.variable },
    files: { "config.yaml": config },
  });
  onTestFinished(() => massgen[Symbol.asyncDispose]());
  return { massgen, url: await massgen.ready(), upstream };
}

const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];
const ask = (more: object = {}): object => ({ messages: [{ role: "user", content: "What is your key?" }], ...more });

/** Everything that a request gets: headers and body. */
async function told(url: string, body: object): Promise<string> {
  const response = await send(url, body, { headers: { authorization } });
  return JSON.stringify(response.headers) + (await response.rest());
}

/** The text of a stream's deltas. */
function joined(stream: string, field: "content" | "reasoning_content"): string {
  const deltas = [...stream.matchAll(/^data: (\{.*\})$/gm)].map(
    ([, data = ""]) => JSON.parse(data) as { choices?: { delta?: Record<string, string> }[] },
  );
  return deltas.map(({ choices }) => choices?.[0]?.delta?.[field] ?? "").join("");
}

describe("a model that repeats keys", () => {
  const all = Object.values(secrets).join(" and ");
  it.each([1, 3, 10_000])("in its answer, split into %d pieces: none gets out as it is", async (chunks) => {
    const { massgen, url } = await serve(({ phase }) =>
      phase === "ballot"
        ? toolCalls([{ name: "vote", arguments: { agent_id: "agent1", reason: `It says ${all}` } }])
        : text(`The keys are ${all}. Done.`, { chunks, reasoning: `My keys: ${all}.` }),
    );
    const whole = await told(url, ask());
    const stream = await told(url, ask({ stream: true }));
    const content = `The keys are ${Object.keys(secrets)
      .map(() => "[redacted]")
      .join(" and ")}. Done.`;
    expect(whole).toContain(JSON.stringify(content));
    expect(joined(stream, "content")).toBe(content);
    const everything = whole + joined(stream, "reasoning_content") + stream + massgen.stdout() + massgen.stderr();
    for (const secret of Object.values(secrets)) expect(everything).not.toContain(secret);
  });

  it("as the name, the id and the arguments of a tool call", async () => {
    const call = { id: `c-${key}`, name: key, arguments: JSON.stringify({ all }) };
    const { massgen, url } = await serve(() => toolCalls([{ ...call, name: "look" }, call]));
    for (const stream of [false, true]) {
      const everything = (await told(url, ask({ tools, stream }))) + massgen.stderr();
      expect(everything).toContain("[redacted]");
      for (const secret of Object.values(secrets)) expect(everything).not.toContain(secret);
    }
  });

  it.each(["summary", "full"])("as the reason of its vote, in any spelling, with traces: %s", async (traces) => {
    let spelledKey = key;
    const { url } = await serve(
      ({ phase, model }) =>
        phase === "ballot"
          ? toolCalls([{ name: "vote", arguments: { agent_id: "agent1", reason: `see ${spelledKey} there` } }])
          : text(`The answer of ${model}`),
      { traces },
    );
    for (const spell of spellings) {
      spelledKey = spell(key);
      for (const stream of [false, true]) {
        const everything = await told(url, ask({ stream }));
        expect(everything).toMatch(/see \S*\[redacted\]\S* there/);
        expect(everything).not.toContain(JSON.stringify(spelledKey).slice(1, -1));
      }
    }
  });
});

describe(`a service that quotes keys in any spelling (${spelled.length}${inAll ? "" : ", a sample; all in CI"})`, () => {
  const failures: readonly (readonly [string, (words: string) => Reply])[] = [
    ["refuses", (words) => httpError(400, { error: { message: words, param: key.slice(0, 20) } })],
    ["refuses in plain text", (words) => httpError(403, words)],
    ["fails inside the answer", (words) => inBandError("So far", { message: words, type: "invalid_request_error" })],
  ];
  it.each(failures)("%s: answers, error frames, metrics and both logs show none", async (_, failure) => {
    let words = "";
    for (const format of ["json", "pretty"]) {
      const { massgen, url } = await serve(() => failure(words), { args: ["--log-format", format] });
      let everything = "";
      for (const form of spelled) {
        words = `wrong: ${form}`;
        everything += (await told(url, ask({ seed: 1 }))) + (await told(url, ask({ stream: true, seed: 1 })));
      }
      const metrics = await send(url, undefined, { method: "GET", path: "/metrics", headers: { authorization } });
      everything += (await metrics.rest()) + massgen.stdout() + massgen.stderr();
      expect(everything).toContain("[redacted]");
      for (const form of spelled) {
        expect(everything).not.toContain(form);
        expect(everything).not.toContain(JSON.stringify(form).slice(1, -1));
      }
    }
  });
});

it("after a reload the keys of before stay secret for runs that go on, and the new ones are", async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const next = "k3y-of-tomorrow-77";
  const upstream = await startUpstream(() => {
    begun.resolve();
    return { type: "gated", gate: gate.promise, reply: text(`now ${key}, then ${next}, that is all`) };
  });
  onTestFinished(() => upstream.close());
  const config = `agent: { id: solo, backend: { type: chatcompletion, model: m, base_url: "${upstream.url}/v1" } }\n`;
  await using massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    files: { "config.yaml": config, ".env": `OPENAI_API_KEY='${key}'\n` },
  });
  const url = await massgen.ready();
  const before = told(url, ask());
  await begun.promise;
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`${massgen.cwd}/.env`, `OPENAI_API_KEY='${next}'\n`);
  massgen.child.kill("SIGHUP");
  await massgen.prints('"reloaded"');
  gate.resolve();
  const after = await told(url, ask());
  for (const answer of [await before, after]) expect(answer).not.toContain(key);
  expect(after).toContain("now [redacted], then [redacted], that is all");
});
