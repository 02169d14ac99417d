import * as fc from "fast-check";
import { EnvHttpProxyAgent } from "undici";
import { describe, expect, test } from "vitest";
import { noProxyRule } from "./no-proxy.ts";

test.each<[rule: string, url: string, direct: boolean]>([
  ["", "https://a.test", false],
  ["*", "https://a.test", true],
  [" b.test , * ", "https://a.test", true],
  ["a.test", "https://a.test", true],
  ["a.test", "https://A.test.", true],
  ["a.test", "https://x.a.test", true],
  ["a.test", "https://ba.test", false],
  [".a.test", "https://a.test", true],
  ["*.a.test", "https://x.a.test", true],
  ["*.a.test", "https://a.test", false],
  ["a.test:443", "https://a.test", true],
  ["a.test:8443", "https://a.test", false],
  ["a.test:80", "http://a.test", true],
  ["*:80", "https://a.test", false],
  ["localhost", "http://localhost:11434", true],
  ["localhost", "http://127.0.0.1:11434", false],
  ["::1", "http://[::1]:11434", true],
  ["[::1]:11434", "http://[::1]:11434", true],
  ["[::1]:1", "http://[::1]:11434", false],
  ["10.0.0.0/8", "http://10.200.3.4", true],
  ["10.0.0.0/8", "http://11.0.0.1", false],
  ["10.0.0.0/8", "http://10.example", false],
  ["fd00::/8", "http://[fd12::1]", true],
  ["10.0.0.0/99", "http://10.0.0.1", false],
])("NO_PROXY=%j, %s: %s", (rule, url, direct) => {
  expect(noProxyRule(rule)(new URL(url))).toBe(direct);
});

describe("undici's own rules", () => {
  /**
   * Whether undici's agent would go straight: then it makes a pool for the upstream without a way of its own to
   * connect.
   */
  function isDirect(rule: string, { origin }: URL): boolean {
    let direct = false;
    const agent = new EnvHttpProxyAgent({
      httpProxy: "http://proxy.test:1",
      httpsProxy: "http://proxy.test:1",
      noProxy: rule,
      factory(_origin: string | URL, options: { connect?: unknown }): never {
        direct = typeof options.connect !== "function";
        throw new Error("seen");
      },
    });
    expect(() => agent.dispatch({ origin, path: "/", method: "GET" }, {})).toThrow("seen");
    return direct;
  }

  const name = fc.constantFrom("a.test", "b.a.test", "c.b.a.test", "aa.test", "test", "localhost");
  const address = fc.constantFrom("127.0.0.1", "[::1]");
  const host = fc.oneof(name, address);
  const port = fc.constantFrom("", ":80", ":443", ":8080");
  const prefix = fc.constantFrom("", ".", "*.");
  const plain = fc.constantFrom("*", "::1", "a.test.", "A.TEST", "x");
  const entry = fc
    .oneof(fc.tuple(prefix, name, port), fc.tuple(fc.oneof(address, plain), port))
    .map((parts) => parts.join(""));
  const rules = fc.array(entry, { maxLength: 3 }).map((entries) => entries.join(", "));
  const urls = fc
    .tuple(fc.constantFrom("http", "https"), host, port)
    .map(([scheme, at, of]) => new URL(`${scheme}://${at}${of}`));

  test("are the same, but for ranges of addresses", () => {
    fc.assert(
      fc.property(rules, urls, (rule, url) => {
        expect(noProxyRule(rule)(url)).toBe(isDirect(rule, url));
      }),
      { numRuns: 300 },
    );
  });
});
