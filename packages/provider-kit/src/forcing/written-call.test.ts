import { describe, expect, test } from "vitest";
import { readWrittenCalls } from "./written-call.ts";

const tools = [
  {
    name: "vote",
    parameters: {
      type: "object",
      properties: { agent_id: { type: "string" }, reason: { type: "string" } },
      required: ["agent_id"],
    },
  },
  { name: "new_answer", parameters: { type: "object", properties: { content: {} }, required: ["content"] } },
  { name: "stop" },
];
const read = (text: string): string[] =>
  readWrittenCalls(text, tools).map((call) => `${call.name} ${JSON.stringify(call.arguments)}`);
const vote = 'vote {"agent_id":"agent1"}';
const args = '{"agent_id":"agent1"}';

test.each([
  ["the form asked for", `{"tool": "vote", "arguments": ${args}}`],
  ["in a fenced block", `Here it is:\n\`\`\`json\n{"tool": "vote", "arguments": ${args}}\n\`\`\`\nDone.`],
  ["in a block nothing closes", `\`\`\`json\n{"tool": "vote", "arguments": ${args}}`],
  ["name and arguments", `{"name":"vote","arguments":${args}}`],
  ["name and parameters", `{"name":"vote","parameters":${args}}`],
  ["arguments as a text", `{"name":"vote","arguments":${JSON.stringify(args)}}`],
  ["a call as on the wire", `{"tool_calls":[{"type":"function","function":{"name":"vote","arguments":${args}}}]}`],
  ["a list", `[{"name":"vote","arguments":${args}}]`],
  ["below its name", `{"vote": ${args}}`],
  ["arguments alone", args],
  ["in prose", `I think the first one wins, so: {"tool":"vote","arguments":${args}} That is all.`],
  ["in tags", `<tool_call>\n{"name": "vote", "arguments": ${args}}\n</tool_call>`],
  ["Llama's form", `<function=vote>${args}</function>`],
  ["Llama's form, older", `<function=vote${args}</function>`.replace("vote{", "vote>{")],
  ["as a call in code", `functions.vote(${args})`],
  ["as a call in code, short", `vote( ${args} )`],
  ["in channels", `<|channel|>commentary to=functions.vote <|constrain|>json<|message|>${args}<|call|>`],
  ["with the namespace", `{"name":"functions.vote","arguments":${args}}`],
  [
    "Qwen's form",
    `<tool_call>\n<function=vote>\n<parameter=agent_id>\nagent1\n</parameter>\n</function>\n</tool_call>`,
  ],
  ["elements with names", `<invoke name="vote"><parameter name="agent_id">agent1</parameter></invoke>`],
  ["GLM's form", `<tool_call>vote\n<arg_key>agent_id</arg_key>\n<arg_value>agent1</arg_value>\n</tool_call>`],
  ["Python's form", `vote(agent_id="agent1")`],
  ["Python's form, in a list", `[vote(agent_id='agent1')]`],
  ["Python's form, by place", `print(default_api.vote("agent1"))`],
  ["Python's form, a dictionary", `vote({'agent_id': 'agent1',})`],
  ["Llama's tag", `<|python_tag|>{"name": "vote", "parameters": ${args}}`],
  ["Llama's tag with a method", `<|python_tag|>vote.call(agent_id="agent1")`],
  ["Mistral's list", `[TOOL_CALLS][{"name": "vote", "arguments": ${args}}]`],
  ["Mistral's name", `[TOOL_CALLS]vote[ARGS]${args}`],
  ["Mistral's name, short", `[TOOL_CALLS]vote${args}`],
  [
    "DeepSeek's form",
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>vote\n\`\`\`json\n${args}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
  ],
  ["DeepSeek's form, newer", `<｜tool▁call▁begin｜>vote<｜tool▁sep｜>${args}<｜tool▁call▁end｜>`],
  [
    "DeepSeek's elements",
    `<｜DSML｜invoke name="vote"><｜DSML｜parameter name="agent_id" string="true">agent1</｜DSML｜parameter></｜DSML｜invoke>`,
  ],
  ["Kimi's form", `<|tool_call_begin|>functions.vote:0<|tool_call_argument_begin|>${args}<|tool_call_end|>`],
  ["Cohere's form", `<|START_ACTION|>[{"tool_call_id":"0","tool_name":"vote","parameters":${args}}]<|END_ACTION|>`],
  ["Gemma's form", `<|tool_call>call:vote{agent_id:<|"|>agent1<|"|>}<tool_call|>`],
  ["FunctionGemma's form", "<start_function_call>call:vote{agent_id:<escape>agent1<escape>}<end_function_call>"],
  ["Phi's form", `functools[{"name": "vote", "arguments": ${args}}]`],
  ["a dictionary of Python", `{'name': 'vote', 'arguments': {'agent_id': 'agent1'}}`],
  ["a text of the call", JSON.stringify(`{"name":"vote","arguments":${args}}`)],
  ["arguments in two coats", `{"name":"vote","arguments":{"arguments":${JSON.stringify(args)}}}`],
  ["a name with marks", `{"name":"vote<|channel|>commentary","arguments":${args}}`],
  ["a comma too many", '{"tool":"vote","arguments":{"agent_id":"agent1",},}'],
])("%s", (_name, text) => expect(read(text)).toEqual([vote]));

describe("what comes last counts", () => {
  test("of objects in prose", () => {
    expect(read(`First I wanted {"tool":"vote","arguments":{"agent_id":"agent2"}}, now {"vote":${args}}.`)).toEqual([
      vote,
    ]);
  });
  test("of fenced blocks, and those before prose", () => {
    const block = (text: string): string => `\`\`\`json\n${text}\n\`\`\`\n`;
    expect(read(`${block('{"vote":{"agent_id":"agent2"}}')}${block(args)}{"vote":{"agent_id":"agent3"}}`)).toEqual([
      vote,
    ]);
  });
});

test("Gemma's marks: texts that hold brackets, values without marks", () => {
  expect(read('<|tool_call>call:new_answer{content:<|"|>a, {b: "c"}<|"|>,n:3,ok:true}<tool_call|>')).toEqual([
    'new_answer {"content":"a, {b: \\"c\\"}","n":3,"ok":true}',
  ]);
  expect(read('<|tool_call>call:vote{agent_id:<|"|>agent1')).toEqual([]);
});

test("a list counts as a whole", () => {
  expect(read(`[{"name":"vote","arguments":${args}},{"name":"stop"}]`)).toEqual([vote, "stop {}"]);
});

test("line breaks and tabs as they are inside strings", () => {
  expect(read('{"tool":"new_answer","arguments":{"content":"a\n\tb \\"c\\" {"}}')).toEqual([
    'new_answer {"content":"a\\n\\tb \\"c\\" {"}',
  ]);
});

test.each([
  ["nothing", ""],
  ["prose", "I vote for agent1, since it covers {more} [1]."],
  ["a tool that is not offered", `{"name":"look","arguments":${args}}`],
  ["arguments that are no object", '{"tool":"vote","arguments":["agent1"]}'],
  ["arguments that are no JSON", '{"tool":"vote","arguments":"agent1"}'],
  ["a cut object", '{"tool":"vote","arguments":{"agent_id":"ag'],
  ["an object of something else", '{"answer": 42}'],
  ["the name of a tool in prose", "I would call vote (if I could)."],
])("none in %s", (_name, text) => expect(read(text)).toEqual([]));

test("arguments that fit two tools are nobody's", () => {
  const twins = ["a", "b"].map((name) => ({ name, parameters: { properties: { x: {} } } }));
  expect(readWrittenCalls('{"x":1}', twins)).toEqual([]);
});

test("a text of nothing but brackets is given up on", () => {
  expect(read("{[(vote(".repeat(20_000))).toEqual([]);
});
