import { expect, test } from "vitest";
import { secretsInAddress, secretsInOptions } from "./backend-secrets.ts";

test("texts under the name of a key are secrets, at any depth", () => {
  const options = {
    default_headers: { "X-Api-Key": "k-1", Authorization: "Bearer k-2", Accept: "text/plain" },
    extra_body: { nested: [{ access_token: "k-3", max_tokens: 5 }], style: "plain" },
    seed: null,
  };
  expect(secretsInOptions(options)).toEqual(["k-1", "k-2", "k-3"]);
});

test("so is what an address holds beside host and path", () => {
  expect(secretsInAddress("https://me:p%40ss@proxy.example/v1?code=c-1&version=")).toEqual(["me", "p@ss", "c-1"]);
  expect(secretsInAddress("https://%zz@proxy.example")).toEqual(["%zz"]);
  expect(secretsInAddress("nowhere")).toEqual([]);
});
