import { expect, it } from "vitest";
import { defaultOptions } from "../options.ts";
import { JsonCounter, type JsonFigures } from "./json-limits.ts";

// The shapes in which coding agents send their conversations: Claude Code through a router that speaks chat
// completions, with a cache mark on each part; Codex with its one shell and its plans. Longer than the largest context
// that a model has (a million tokens).

const words = "The quick brown fox reads packages/server/src/app.ts and jumps over the lazy test. ";
const text = (chars: number): string => words.repeat(Math.ceil(chars / words.length)).slice(0, chars);

/** Tools as MCP servers offer them: many, each with nested options. */
const tools = (count: number) =>
  Array.from({ length: count }, (_, t) => ({
    type: "function",
    function: {
      name: `mcp__server${t % 9}__tool_${t}`,
      description: text(1500),
      strict: false,
      parameters: {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: Object.fromEntries(
          Array.from({ length: 25 }, (_, p) => [
            `option_${t % 40}_${p}`,
            p % 5 === 0
              ? {
                  type: "array",
                  description: text(80),
                  items: {
                    type: "object",
                    properties: { path: { type: "string" }, line: { type: "integer", minimum: 1 } },
                    required: ["path"],
                    additionalProperties: false,
                  },
                }
              : { type: "string", description: text(120), enum: ["one", "two", "three"], default: "one" },
          ]),
        ),
        required: [`option_${t % 40}_0`],
        additionalProperties: false,
      },
    },
  }));

const claudeCode = (turns: number) => ({
  model: "massgen",
  max_tokens: 32_000,
  temperature: 1,
  stream: true,
  stream_options: { include_usage: true },
  metadata: { user_id: "user_x_account__session_y" },
  messages: [
    { role: "system", content: [{ type: "text", text: text(20_000), cache_control: { type: "ephemeral" } }] },
    ...Array.from({ length: turns }, (_, i) => [
      ...(i % 20 === 0 ? [{ role: "user", content: [{ type: "text", text: text(600) }] }] : []),
      {
        role: "assistant",
        content: text(200),
        tool_calls: [
          {
            id: `toolu_${i}`,
            type: "function",
            function: {
              name: "Edit",
              arguments: JSON.stringify({ file_path: "/a", old_string: text(300), new_string: text(300) }),
            },
          },
        ],
      },
      {
        role: "tool",
        tool_call_id: `toolu_${i}`,
        content: [{ type: "text", text: text(900), cache_control: { type: "ephemeral" } }],
      },
    ]).flat(),
  ],
  tools: tools(128),
  tool_choice: "auto",
});

const codex = (turns: number) => ({
  model: "massgen",
  stream: true,
  parallel_tool_calls: true,
  reasoning_effort: "high",
  prompt_cache_key: "0198",
  messages: [
    { role: "developer", content: text(25_000) },
    ...Array.from({ length: turns }, (_, i) => [
      {
        role: "assistant",
        content: null,
        reasoning_content: text(300),
        tool_calls: [0, 1].map((n) => ({
          id: `call_${i}_${n}`,
          type: "function",
          function: { name: "shell", arguments: JSON.stringify({ command: ["bash", "-lc", text(150)], timeout: 1 }) },
        })),
      },
      ...[0, 1].map((n) => ({ role: "tool", tool_call_id: `call_${i}_${n}`, content: text(700) })),
    ]).flat(),
  ],
  tools: tools(12),
});

function figuresOf(body: unknown): JsonFigures {
  const { bodyDepth: depth, bodyValues: values, bodyKeys: keys } = defaultOptions;
  const counter = new JsonCounter({ depth, values, keys });
  expect(counter.take(Buffer.from(JSON.stringify(body)))).toBeUndefined();
  return counter.figures;
}

it.each([
  ["Claude Code, 2,500 turns with 128 tools", claudeCode(2500)],
  ["Codex, 2,500 turns of two calls", codex(2500)],
])("%s: longer than any model reads, and within the limits", (_, body) => {
  const { depth, values, keys, length } = figuresOf(body);
  // Four characters are about one token.
  expect(length / 4).toBeGreaterThan(1_000_000);
  expect(depth).toBeLessThan(20);
  expect(keys).toBeLessThan(2000);
  expect(values).toBeLessThan(80_000);
});
