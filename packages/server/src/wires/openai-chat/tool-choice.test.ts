import { expect, test } from "vitest";
import { messages, problemOf, runOf } from "../../../test/asked.ts";

function named(name: string): object {
  return { type: "function", function: { name } };
}

function allowed(mode: string, ...names: string[]): object {
  return { type: "allowed_tools", allowed_tools: { mode, tools: names.map(named) } };
}

const tools = ["f", "g", "h"].map(named);

function chosen(tool_choice: unknown): unknown {
  const { tools: handed, toolChoice } = runOf({ tools, tool_choice });
  return [handed?.map(({ name }) => name).join(""), toolChoice];
}

test("every choice", () => {
  expect(chosen(undefined)).toEqual(["fgh", undefined]);
  expect(chosen(null)).toEqual(["fgh", undefined]);
  expect(chosen("none")).toEqual(["fgh", "none"]);
  expect(chosen("auto")).toEqual(["fgh", "auto"]);
  expect(chosen("required")).toEqual(["fgh", "required"]);
  expect(chosen(named("g"))).toEqual(["fgh", { name: "g" }]);
  expect(chosen(allowed("auto", "h", "f"))).toEqual(["fh", "auto"]);
  expect(chosen(allowed("required", "g"))).toEqual(["g", "required"]);
});

test("parallel calls are the run's business only when there are tools", () => {
  expect(runOf({ tools, parallel_tool_calls: false })).toHaveProperty("parallelToolCalls", false);
  expect(runOf({ tools, parallel_tool_calls: null })).not.toHaveProperty("parallelToolCalls");
  expect(runOf({ parallel_tool_calls: false })).toEqual({ messages });
});

test.each([undefined, null, []])("without tools (%j) a choice of none or any is nothing", (none) => {
  for (const tool_choice of [undefined, null, "none", "auto"]) {
    expect(runOf({ tools: none, tool_choice })).toEqual({ messages });
  }
  for (const tool_choice of ["required", named("f"), allowed("auto", "f")]) {
    expect(problemOf({ messages, tools: none, tool_choice })).toMatchObject({ status: 400, param: "tool_choice" });
  }
});

test.each<[unknown, string, string]>([
  ["any", "", "invalid_value"],
  [5, "", "invalid_value"],
  [[], "", "invalid_type"],
  [{}, ".type", "invalid_value"],
  [{ type: "web_search" }, ".type", "invalid_value"],
  [{ type: "custom", custom: { name: "f" } }, "", "unsupported_parameter"],
  [{ type: "function" }, ".function", "missing_required_parameter"],
  [{ type: "function", function: {} }, ".function.name", "missing_required_parameter"],
  [named("x"), ".function.name", "invalid_value"],
  [{ type: "allowed_tools" }, ".allowed_tools", "missing_required_parameter"],
  [allowed("none", "f"), ".allowed_tools.mode", "invalid_value"],
  [allowed("auto"), ".allowed_tools.tools", "invalid_value"],
  [allowed("auto", "f", "x"), ".allowed_tools.tools[1].function.name", "invalid_value"],
  [
    { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [{ type: "custom" }] } },
    ".allowed_tools.tools[0]",
    "unsupported_parameter",
  ],
])("%j", (tool_choice, path, code) => {
  expect(problemOf({ messages, tools, tool_choice })).toMatchObject({ status: 400, param: `tool_choice${path}`, code });
});
