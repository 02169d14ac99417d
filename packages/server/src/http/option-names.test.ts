import { expect, test } from "vitest";
import { checkOptionNames } from "./option-names.ts";
import { defaultOptions } from "./options.ts";

test("takes every option, and an app without any", () => {
  checkOptionNames({ options: { ...defaultOptions, version: "1.0.0", log: () => {} } });
  checkOptionNames({});
});

test("an option beside the options says where it belongs", () => {
  expect(() => checkOptionNames({ apiKeys: ["key-of-a-client"] } as object)).toThrow(
    "createApp: apiKeys goes into options: { options: { apiKeys } }",
  );
});

test.each(["apikeys", "api_keys", "__proto__x", "constructor"])("%s is no option", (name) => {
  expect(() => checkOptionNames({ options: { [name]: [] } })).toThrow(`there is no server option "${name}"`);
});
