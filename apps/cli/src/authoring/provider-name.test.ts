import { describe, expect, it } from "vitest";
import { providerName } from "./provider-name.ts";

const taken = ["openai", "azure_openai", "claude", "anthropic"];

it("has all forms of a name", () => {
  expect(providerName("my-service2", taken)).toEqual({
    packageName: "massgen-provider-my-service2",
    kebab: "my-service2",
    type: "my_service2",
    constant: "myService2",
    variable: "MY_SERVICE2",
    title: "My Service2",
  });
});

describe("refuses", () => {
  it.each([
    ["", /lower-case/],
    ["Acme", /lower-case/],
    ["../evil", /lower-case/],
    ["a/b", /lower-case/],
    ["a--b", /lower-case/],
    ["-a", /lower-case/],
    ["2fast", /lower-case/],
    ["naïve", /lower-case/],
    ["a\nb", /lower-case/],
    ["x".repeat(41), /more than 40/],
    ["massgen-provider-foo", /alone: foo$/],
    ["@me/massgen-provider-foo", /alone: foo$/],
    ["openai", /has this type already/],
    ["azure-openai", /has this type already/],
    ["class", /word of JavaScript/],
    ["provider", /word of JavaScript/],
  ])("%j", (written, problem) => {
    expect(() => providerName(written, taken)).toThrow(problem);
  });
});
