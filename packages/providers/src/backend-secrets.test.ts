import { expect, test } from "vitest";
import { secretsInAddress, secretsInEnvironment, secretsInOptions } from "./backend-secrets.ts";
import { createRedactor } from "./redact.ts";

/** Which of these words a redactor that knows a backend's secrets leaves. */
function left(
  options: Readonly<Record<string, unknown>>,
  words: readonly string[],
  known: readonly string[] = [],
): string[] {
  const { redact } = createRedactor(secretsInOptions(options, known));
  return words.filter((word) => redact(`<${word}>`) === `<${word}>`);
}

test("values of headers are secrets, whatever they are called, with and without their scheme", () => {
  const basic = Buffer.from("massgen-user:pass-word-1").toString("base64");
  const options = {
    default_headers: {
      "X-Custom": "hdr-value-778899",
      Authorization: "Bearer tok-en-1234",
      "Proxy-Authorization": `Basic ${basic}`,
      Cookie: "session=sess-998877; theme=dark-mode-2",
    },
  };
  const secrets = ["hdr-value-778899", "tok-en-1234", "Bearer tok-en-1234", basic, "pass-word-1", "sess-998877"];
  expect(left(options, secrets)).toEqual([]);
});

test("so are texts at any depth of extra_body and of fields that the provider does not know", () => {
  const options = {
    extra_body: {
      credential: "cred-value-445566",
      deep: [{ er: [["open-sesame-1"]] }],
      login: "user_secret_text",
      tokens: ["a_b_c_d_e"],
    },
    tenant: { pass: "Tenant-Pass-1" },
    priority: "urgent-1",
  };
  expect(left(options, ["cred-value-445566", "open-sesame-1", "Tenant-Pass-1", "a_b_c_d_e"], ["priority"])).toEqual([]);
  expect(left(options, ["urgent-1", "user_secret_text"], ["priority"])).toEqual(["urgent-1", "user_secret_text"]);
});

test("plain words, settings, numbers, dates, models, short values and what clients say of themselves are none", () => {
  const options = {
    default_headers: {
      "X-Title": "massgen",
      Accept: "application/json",
      "User-Agent": "massgen/1.0.0",
      "anthropic-beta": "context-1m-2025-08-07",
    },
    extra_body: {
      provider: { order: ["openai", "anthropic", "deepinfra"] },
      format: "json_object",
      response_mime_type: "application/json",
      threshold: "BLOCK_ONLY_HIGH",
      $schema: "https://json-schema.org/draft/2020-12/schema",
      pin: "99112233",
      since: "2025-08-07",
      version: "10.11.12.13",
      model: "gpt-4o-mini-2024",
      ok: true,
      size: 123_456_789,
      short: "abc-123",
    },
    ca_file: "/etc/ssl/corporate-ca.pem",
  };
  const words = ["massgen", "application/json", "massgen/1.0.0", "context-1m-2025-08-07", "deepinfra", "json_object"];
  const settings = ["BLOCK_ONLY_HIGH", "https://json-schema.org/draft/2020-12/schema"];
  const more = [
    "99112233",
    "2025-08-07",
    "10.11.12.13",
    "gpt-4o-mini-2024",
    "123456789",
    "abc-123",
    "/etc/ssl/corporate-ca.pem",
  ];
  const all = [...words, ...settings, ...more];
  expect(left(options, all)).toEqual(all);
  expect(left({ extra_body: { my_key: "OPEN_SESAME" } }, ["OPEN_SESAME"])).toEqual([]);
});

test("a field that the provider knows counts only under the name of a key, and so does a proxy by what it carries", () => {
  const options = {
    region: "us-east-1",
    api_token: "tok-us-east-1",
    proxy: "http://user-name-1:pass-word-2@proxy.example:8080",
  };
  const known = ["region", "api_token", "proxy"];
  expect(left(options, ["us-east-1", "tok-us-east-1", "user-name-1", "pass-word-2", "proxy.example"], known)).toEqual([
    "us-east-1",
    "proxy.example",
  ]);
});

test("a configuration that is nested too deeply, or in a circle, is no trouble", () => {
  let deep: unknown = "deep-secret-1";
  for (let i = 0; i < 200_000; i += 1) deep = [deep];
  const circle: Record<string, unknown> = { deep };
  circle["again"] = circle;
  expect(secretsInOptions({ extra_body: circle })).toEqual(["deep-secret-1"]);
});

test("of an address: what stands before its host and in its query, as written and as meant", () => {
  const address = "https://me:p%40ss@proxy.example/v1?code=c-1&version=&sig=a+b/c%3D";
  expect(secretsInAddress(address)).toEqual(["me", "p%40ss", "c-1", "a+b/c%3D", "p@ss", "a+b/c=", "a b/c="]);
  expect(secretsInAddress("https://%zz@proxy.example")).toEqual(["%zz"]);
  expect(secretsInAddress("nowhere")).toEqual([]);
  expect(secretsInEnvironment({ https_proxy: "http://u:p@proxy", HTTP_PROXY: "", NO_PROXY: "a" })).toEqual(["u", "p"]);
});
