// Between massgen and its models: proxies and authorities of the network it runs in.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  startMassgen,
  startProxy,
  startUpstream,
  testAuthority,
  testCertificate,
  text,
  type Upstream,
} from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { runCommand } from "./command-line.ts";
import { asked } from "./contract/rig.ts";
import { problem, send } from "./contract/wire.ts";

const timeout = 120_000;
const hello = (tls?: ReturnType<typeof testCertificate>): Promise<Upstream> =>
  startUpstream(() => text("Hello"), tls === undefined ? {} : { tls });

/** What the client gets from a team of one: the answer, or the error's message. */
async function answerOf(backend: string, env: Record<string, string>): Promise<string> {
  await using massgen = await startMassgen({
    args: ["serve", "--config", "team.yaml", "--host", "127.0.0.1", "--port", "0"],
    files: { "team.yaml": `agent: { id: solo, backend: { ${backend}, model: m, api_key: test-key } }\n` },
    env,
  });
  const response = await send(await massgen.ready(), asked());
  if (response.status !== 200) return (await problem(response)).error.message;
  const body = JSON.parse(await response.rest()) as { choices: { message: { content: string } }[] };
  return body.choices[0]?.message.content ?? "";
}

const backendAt = (url: string, more = ""): string => `type: chatcompletion, base_url: "${url}/v1"${more}`;

describe("a proxy of the environment", () => {
  test("gets requests to http addresses, loopback included", { timeout }, async () => {
    const upstream = await hello();
    await using proxy = await startProxy({ upstream: upstream.url });
    expect(await answerOf(backendAt(upstream.url), { HTTP_PROXY: proxy.url })).toBe("Hello");
    expect(proxy.seen).toEqual([`POST ${upstream.url}/v1/chat/completions`]);
    await upstream.close();
  });

  test("opens tunnels to https addresses, by their names", { timeout }, async () => {
    const upstream = await hello(testCertificate());
    await using proxy = await startProxy({ upstream: upstream.url });
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: testAuthority };
    expect(await answerOf(backendAt("https://upstream.test"), env)).toBe("Hello");
    expect(proxy.seen).toEqual(["CONNECT upstream.test:443"]);
    await upstream.close();
  });

  test("stands before Gemini's service too", { timeout }, async () => {
    const upstream = await hello(testCertificate());
    await using proxy = await startProxy({ upstream: upstream.url });
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: testAuthority };
    expect(await answerOf('type: gemini, base_url: "https://upstream.test"', env)).toBe("Hello");
    expect([proxy.seen, upstream.calls[0]?.wire]).toEqual([["CONNECT upstream.test:443"], "gemini"]);
    await upstream.close();
  });

  test("is left out for the hosts of NO_PROXY", { timeout }, async () => {
    const upstream = await hello();
    await using proxy = await startProxy({ upstream: upstream.url });
    const env = { http_proxy: proxy.url, NO_PROXY: "other.test, 127.0.0.0/8" };
    expect(await answerOf(backendAt(upstream.url), env)).toBe("Hello");
    expect(proxy.seen).toEqual([]);
    await upstream.close();
  });

  test("alone gets its user name and password", { timeout }, async () => {
    const upstream = await hello();
    await using proxy = await startProxy({ upstream: upstream.url });
    const env = { HTTP_PROXY: proxy.url.replace("//", "//corp-user:s3cr%40t-word@") };
    expect(await answerOf(backendAt(upstream.url), env)).toBe("Hello");
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from("corp-user:s3cr@t-word").toString("base64")}`]);
    expect(upstream.calls[0]?.headers["proxy-authorization"]).toBeUndefined();
    await upstream.close();
  });
});

describe("a backend's own proxy", () => {
  test("wins over the environment's", { timeout }, async () => {
    const upstream = await hello();
    await using proxy = await startProxy({ upstream: upstream.url });
    await using other = await startProxy({ upstream: upstream.url });
    const env = { HTTP_PROXY: other.url, NO_PROXY: "*" };
    expect(await answerOf(backendAt(upstream.url, `, proxy: "${proxy.url}"`), env)).toBe("Hello");
    expect([proxy.seen.length, other.seen.length]).toEqual([1, 0]);
    await upstream.close();
  });

  test("none means none", { timeout }, async () => {
    const upstream = await hello();
    await using proxy = await startProxy({ upstream: upstream.url });
    expect(await answerOf(backendAt(upstream.url, ", proxy: none"), { HTTP_PROXY: proxy.url })).toBe("Hello");
    expect(proxy.seen).toEqual([]);
    await upstream.close();
  });
});

describe("what goes wrong names the proxy and not its password", () => {
  test.each([
    ["http", 407, /the proxy http:\/\/127\.0\.0\.1:\d+ wants a user name and password.*407/],
    ["https", 407, /the proxy http:\/\/127\.0\.0\.1:\d+ wants a user name and password.*407/],
    ["https", 403, /the proxy http:\/\/127\.0\.0\.1:\d+ does not connect to upstream\.test \(HTTP 403\)/],
  ])("%s: a proxy that refuses with %i", { timeout }, async (scheme, refuse, words) => {
    const upstream = await hello();
    await using proxy = await startProxy({ upstream: upstream.url, refuse });
    const url = proxy.url.replace("//", "//corp-user:s3cret-word@");
    const message = await answerOf(backendAt(`${scheme}://upstream.test`), { HTTP_PROXY: url });
    expect(message).toMatch(words);
    expect(message).not.toContain("s3cret");
    expect(message).not.toContain("corp-user");
    expect(upstream.calls).toEqual([]);
    await upstream.close();
  });

  test.each(["http", "https"])("%s: a proxy that is not there", { timeout }, async (scheme) => {
    const proxy = await startProxy({ upstream: "http://127.0.0.1:1" });
    await proxy[Symbol.asyncDispose]();
    const url = proxy.url.replace("//", "//corp-user:s3cret-word@");
    const message = await answerOf(backendAt(`${scheme}://localhost`), { HTTP_PROXY: url });
    expect(message).toContain(`the proxy ${proxy.url} cannot be used: connection refused`);
    expect(message).toContain("put localhost into NO_PROXY");
    expect(message).not.toContain("s3cret");
  });

  test("an untrusted certificate, behind a proxy and without one", { timeout }, async () => {
    const upstream = await hello(testCertificate());
    await using proxy = await startProxy({ upstream: upstream.url });
    const behind = await answerOf(backendAt("https://upstream.test"), { HTTPS_PROXY: proxy.url });
    expect(behind).toContain(`through the proxy ${proxy.url}: its TLS certificate`);
    expect(behind).toContain("ca_file");
    expect(await answerOf(backendAt(upstream.url), {})).toContain("ca_file");
    await upstream.close();
  });

  test("an invalid proxy is refused at the start, without its value", { timeout }, async () => {
    const files = {
      "team.yaml": `agent: { id: solo, backend: { ${backendAt("https://upstream.test")}, model: m } }\n`,
    };
    const env = { HTTPS_PROXY: "socks5://corp-user:s3cret-word@proxy.test" };
    const { code, stderr } = await runCommand({ args: ["check", "team.yaml"], files, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining("HTTPS_PROXY must be the address of an HTTP proxy")]);
    expect(stderr).not.toContain("s3cret");
  });
});

describe("authorities of one's own", () => {
  test("a backend's ca_file is trusted, beside the usual ones", { timeout }, async () => {
    const upstream = await hello(testCertificate());
    expect(await answerOf(backendAt(upstream.url, `, ca_file: "${testAuthority}"`), {})).toBe("Hello");
    await upstream.close();
  });

  test("and so is what NODE_EXTRA_CA_CERTS names", { timeout }, async () => {
    const upstream = await hello(testCertificate());
    expect(await answerOf(backendAt(upstream.url), { NODE_EXTRA_CA_CERTS: testAuthority })).toBe("Hello");
    await upstream.close();
  });

  test.each([
    ["missing.pem", "ca_file: cannot read missing.pem: there is no such file"],
    ["team.yaml", "there is no certificate in team.yaml"],
    ["wrong.pem", "certificate 1 in wrong.pem cannot be read"],
  ])("an invalid ca_file is reported: %s", { timeout }, async (name, words) => {
    const team = `agent:\n  backend: { type: chatcompletion, base_url: "https://a.test", model: m, ca_file: ${name} }\n`;
    const wrong = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const { code, stderr } = await runCommand({
      args: ["check", "team.yaml"],
      files: { "team.yaml": team, "wrong.pem": wrong },
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

test("massgen check says which agent goes through which proxy", { timeout }, async () => {
  const team = `agents:
  - { id: direct, backend: { type: chatcompletion, base_url: "http://here.test/v1", model: m } }
  - { id: proxied, backend: { type: chatcompletion, base_url: "https://there.test/v1", model: m } }
  - { id: own, backend: { type: chatcompletion, base_url: "http://here.test/v1", model: m, proxy: "u5er:s3cret@own.test:1" } }
`;
  const env = { HTTPS_PROXY: "http://corp-user:s3cret@proxy.test:3128", NO_PROXY: "here.test" };
  const { code, stdout } = await runCommand({ args: ["check", "team.yaml"], files: { "team.yaml": team }, env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/direct +chatcompletion +m\n/);
  expect(stdout).toMatch(/proxied +chatcompletion +m {2}through the proxy http:\/\/proxy\.test:3128\n/);
  expect(stdout).toMatch(/own +chatcompletion +m {2}through the proxy http:\/\/own\.test:1\n/);
  expect(stdout).not.toContain("s3cret");
});

test("a proxy of a .env file is used from the next reload on", { timeout }, async () => {
  const upstream = await hello();
  await using proxy = await startProxy({ upstream: upstream.url });
  await using massgen = await startMassgen({
    args: ["serve", "--config", "team.yaml", "--host", "127.0.0.1", "--port", "0"],
    files: { "team.yaml": `agent: { id: solo, backend: { ${backendAt(upstream.url)}, model: m } }\n`, ".env": "" },
  });
  const url = await massgen.ready();
  const asks = async (): Promise<number> => {
    const response = await send(url, asked());
    await response.rest();
    return response.status;
  };
  expect([await asks(), proxy.seen.length]).toEqual([200, 0]);
  await writeFile(join(massgen.cwd, ".env"), `HTTP_PROXY=${proxy.url}\n`);
  massgen.child.kill("SIGHUP");
  await massgen.prints('"changed":["HTTP_PROXY"]');
  expect([await asks(), proxy.seen.length]).toEqual([200, 1]);
  await upstream.close();
});
