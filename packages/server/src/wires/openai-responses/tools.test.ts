import { expect, test } from "vitest";
import { ProblemError } from "../../problem.ts";
import { callItem } from "./output-items.ts";
import { openaiResponses } from "./wire.ts";

const parse = (body: object) => openaiResponses.parse({ input: "Hi", ...body }, () => undefined);
const fn = (name: string): object => ({ type: "function", name });

function complaint(body: object): { param?: string; message: string } {
  try {
    parse(body);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error("It was taken.");
}

test.each([
  ["dots", fn("files.read"), "files.read", undefined],
  ["a long name", fn("n".repeat(128)), "n".repeat(128), undefined],
  ["a long namespace", { type: "namespace", name: "s".repeat(60), tools: [fn("find")] }, "find", "s".repeat(60)],
])("%s: a name that every provider takes, and the client's own comes back", (_what, tool, name, namespace) => {
  const { run, own } = parse({ tools: [tool] });
  const [known] = run.tools ?? [];
  expect(known?.name).toMatch(/^[\w-]{1,64}$/);
  const item = callItem({ id: "c", name: known?.name ?? "", arguments: "{}" }, own.tools, "fc_1");
  expect(item).toMatchObject({ type: "function_call", name, ...(namespace !== undefined && { namespace }) });
  // The history says the client's name, and the team reads its own.
  const history = parse({
    input: [
      { type: "function_call", call_id: "c", name, namespace, arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "" },
    ],
  });
  expect(history.run.messages[0]).toMatchObject({ toolCalls: [{ name: known?.name }] });
});

test("names that differ only in their ends stay apart", () => {
  const tools = [fn(`${"n".repeat(127)}a`), fn(`${"n".repeat(127)}b`)];
  expect(new Set(parse({ tools }).run.tools?.map(({ name }) => name)).size).toBe(2);
});

test("a namespace tells of its hosted tools, and holds no other", () => {
  const tools = [{ type: "namespace", name: "a", tools: [fn("f"), { type: "web_search" }] }];
  expect(parse({ tools }).remarks).toEqual([expect.stringContaining("web_search")]);
  const nested = [{ type: "namespace", name: "a", tools: [{ type: "namespace", name: "b", tools: [fn("f")] }] }];
  expect(complaint({ tools: nested })).toMatchObject({ param: "tools[0].tools[0]" });
  const many = Array.from({ length: 11 }, (_, at) => ({
    type: "namespace",
    name: `s${at}`,
    tools: Array.from({ length: 100 }, (_, index) => fn(`f${index}`)),
  }));
  expect(complaint({ tools: many }).message).toContain("at most 1000");
});

test("allowed tools that run at OpenAI are left out, unless nothing else may be called", () => {
  const tools = [fn("f"), fn("g"), { type: "web_search" }];
  const allowed = (mode: string, ...named: object[]) => ({ type: "allowed_tools", mode, tools: named });
  const search = { type: "web_search" };
  expect(parse({ tools, tool_choice: allowed("required", search, fn("f")) }).run).toMatchObject({
    tools: [{ name: "f" }],
    toolChoice: "required",
  });
  expect(parse({ tools, tool_choice: allowed("auto", search) }).run).not.toHaveProperty("tools");
  expect(complaint({ tools, tool_choice: allowed("required", search) }).message).toContain("'web_search'");
  expect(complaint({ tools: [search], tool_choice: "required" }).param).toBe("tool_choice");
  expect(complaint({ tools, tool_choice: allowed("auto") }).param).toBe("tool_choice.tools");
  expect(complaint({ tools, tool_choice: allowed("none", fn("f")) }).param).toBe("tool_choice.mode");
});
