import { expect, test } from "vitest";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";

const run = (fields: object): ReturnType<typeof toRun> =>
  toRun(parseRequest({ messages: [{ role: "user", content: "Hi" }], ...fields }));

test("instructions come first, and stay in place among the messages", () => {
  const messages = [
    { role: "user", content: "Hi" },
    { role: "system", content: [{ type: "text", text: "Now." }] },
  ];
  expect(
    run({
      system: [
        { type: "text", text: "Be" },
        { type: "text", text: "brief." },
      ],
      messages,
    }).messages,
  ).toEqual([
    { role: "system", content: "Be\nbrief." },
    { role: "user", content: "Hi" },
    { role: "system", content: "Now." },
  ]);
});

test("a turn with tools: the call, its results by name, and what the user says behind them", () => {
  const messages = [
    { role: "user", content: "Look." },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "" },
        { type: "text", text: "I look." },
        { type: "tool_use", id: "c1", name: "look", input: { at: "sky" } },
        { type: "tool_use", id: "c2", name: "fail" },
      ],
    },
    {
      role: "user",
      content: [
        {
          type: "tool_result",
          tool_use_id: "c1",
          content: [
            { type: "text", text: "Blue." },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "aaaa" } },
          ],
        },
        { type: "tool_result", tool_use_id: "c2", content: "no such thing", is_error: true },
        { type: "text", text: "Go on." },
      ],
    },
  ];
  expect(run({ messages }).messages).toEqual([
    { role: "user", content: "Look." },
    {
      role: "assistant",
      content: "I look.",
      toolCalls: [
        { id: "c1", name: "look", arguments: '{"at":"sky"}' },
        { id: "c2", name: "fail", arguments: "{}" },
      ],
    },
    { role: "tool", toolCallId: "c1", name: "look", content: "Blue.\n(An image of this result: see below.)" },
    { role: "tool", toolCallId: "c2", name: "fail", content: "Error: no such thing" },
    {
      role: "user",
      content: [
        { type: "image", url: "data:image/png;base64,aaaa" },
        { type: "text", text: "Go on." },
      ],
    },
  ]);
});

test("documents of text are read as text", () => {
  const source = { type: "base64", media_type: "text/plain", data: Buffer.from("Grüezi").toString("base64") };
  const content = [
    { type: "document", source: { type: "text", media_type: "text/plain", data: "One." }, title: "First" },
    { type: "document", source },
    { type: "document", source: { type: "content", content: [{ type: "text", text: "Three." }] } },
    { type: "search_result", title: "T", source: "https://example.org", content: [{ type: "text", text: "Four." }] },
  ];
  expect(run({ messages: [{ role: "user", content }] }).messages).toEqual([
    { role: "user", content: "First\nOne.\nGrüezi\nThree.\nT\nhttps://example.org\nFour." },
  ]);
});

test("settings in core's terms", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  expect(
    run({
      max_tokens: 100,
      stop_sequences: ["X"],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      output_config: { effort: "high", format: { type: "json_schema", schema } },
      tools: [
        { name: "t", description: "d", input_schema: { type: "object" } },
        { type: "web_search_1", name: "web" },
      ],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    }),
  ).toEqual({
    messages: [{ role: "user", content: "Hi" }],
    sampling: { maxOutputTokens: 100, stop: ["X"], temperature: 0.5, topP: 0.9, reasoningEffort: "high" },
    responseFormat: { type: "json-schema", name: "response", schema, strict: true },
    tools: [{ name: "t", description: "d", parameters: { type: "object" } }],
    toolChoice: "required",
    parallelToolCalls: false,
  });
});

test.each([
  [{ type: "auto" }, "auto"],
  [{ type: "none" }, "none"],
  [{ type: "tool", name: "t" }, { name: "t" }],
])("choice %j", (tool_choice, toolChoice) => {
  expect(run({ tools: [{ name: "t", input_schema: { type: "object" } }], tool_choice })).toMatchObject({ toolChoice });
});

const mark = { cache_control: { type: "ephemeral" } };
const hour = { cache_control: { type: "ephemeral", ttl: "1h" } };
const said = (text: string, more: object = {}): object => ({ type: "text", text, ...more });

test("marks of the client end system messages, parts and messages", () => {
  const messages = [
    { role: "user", content: [said("document", hour), said("one"), said("two")] },
    { role: "assistant", content: [said("Hm.", mark), { type: "tool_use", id: "c1", name: "look" }] },
    {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "c1", content: "r", ...mark }, said("a"), said("b", mark)],
    },
    { role: "system", content: [said("Now.", mark)] },
  ];
  expect(run({ system: [said("s1"), said("s2", mark), said("s3")], messages }).messages).toEqual([
    { role: "system", content: "s1\ns2", cacheFor: "5m" },
    { role: "system", content: "s3" },
    {
      role: "user",
      content: [
        { type: "text", text: "document", cacheFor: "1h" },
        { type: "text", text: "one\ntwo" },
      ],
    },
    {
      role: "assistant",
      content: "Hm.",
      toolCalls: [{ id: "c1", name: "look", arguments: "{}" }],
      cacheFor: "5m",
    },
    { role: "tool", toolCallId: "c1", name: "look", content: "r", cacheFor: "5m" },
    { role: "user", content: "a\nb", cacheFor: "5m" },
    { role: "system", content: "Now.", cacheFor: "5m" },
  ]);
});

test("a mark on an image stays with it, and one on the whole request goes to its end", () => {
  const image = { type: "image", source: { type: "url", url: "https://x.example/a.png" }, ...mark };
  expect(run({ messages: [{ role: "user", content: [image, said("?")] }], ...hour }).messages).toEqual([
    {
      role: "user",
      content: [
        { type: "image", url: "https://x.example/a.png", cacheFor: "5m" },
        { type: "text", text: "?" },
      ],
      cacheFor: "1h",
    },
  ]);
});

test.each([[null], ["ephemeral"], [{}], [{ type: "forever" }]])("%j marks nothing", (cache_control) => {
  const messages = [{ role: "user", content: [said("Hi", { cache_control })] }];
  expect(run({ messages, cache_control }).messages).toEqual([{ role: "user", content: "Hi" }]);
});

test("Claude Code's line about its billing is left out, wherever a block begins with it", () => {
  const line = "x-anthropic-billing-header: cc_version=2.1.175.abc; cc_entrypoint=cli; cch=97bd6;";
  const systemOf = (system: unknown): unknown[] =>
    run({ system }).messages.flatMap(({ role, content }) => (role === "system" ? [content] : []));
  expect(systemOf([said(line), said("Be brief.", mark)])).toEqual(["Be brief."]);
  expect(systemOf(`${line}\nBe brief.`)).toEqual(["Be brief."]);
  expect(systemOf([said(line)])).toEqual([]);
  expect(systemOf([said(`It sends ${line}`)])).toEqual([`It sends ${line}`]);
});

test("who the user is tells conversations apart", () => {
  expect(run({ metadata: { user_id: "u" } }).cacheKey).toBe("u");
  for (const metadata of [undefined, "u", {}, { user_id: "" }, { user_id: 5 }])
    expect(run({ metadata })).not.toHaveProperty("cacheKey");
});
