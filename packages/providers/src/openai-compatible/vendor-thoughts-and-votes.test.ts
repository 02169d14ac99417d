import { describe, expect, test } from "vitest";
import { frames } from "../../fixtures/loopback-upstream.ts";
import {
  plain,
  ballot,
  offered,
  vote,
  choice,
  say,
  call,
  stop,
  usage,
  done,
  table,
  outcome,
} from "../../fixtures/odd-chunks.ts";

// How services and gateways write thoughts and calls besides the way that is documented: nothing is lost, or the
// failure is told as it is.

describe("thoughts", () => {
  test.each(
    table([
      ["as thinking", frames(choice({ thinking: "Hm" }), say("Hi"), stop, done), "Hi (Hm) stop", "ollama"],
      ["as thinking_content", frames(choice({ thinking_content: "Hm" }), say("Hi"), stop, done), "Hi (Hm) stop"],
      ["as reasoning_text", frames(choice({ reasoning_text: "Hm" }), say("Hi"), stop, done), "Hi (Hm) stop"],
      [
        "in blocks of LiteLLM's",
        frames(
          choice({ thinking_blocks: [{ type: "thinking", thinking: "Hm", signature: "s" }] }),
          say("Hi"),
          stop,
          done,
        ),
        "Hi (Hm) stop",
      ],
      [
        "beside the words, twice",
        frames(choice({ reasoning_content: "Hm", reasoning: "Hm" }), say("Hi"), stop, done),
        "Hi (Hm) stop",
      ],
      [
        "in content parts",
        frames(
          choice({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }] }),
          choice({ content: [{ type: "text", text: "Hi" }] }),
          stop,
          done,
        ),
        "Hi (Hm) stop",
        "mistral",
      ],
      [
        "in reasoning parts",
        frames(
          choice({
            content: [
              { type: "reasoning", reasoning: "Hm" },
              { type: "text", text: "Hi" },
            ],
          }),
          stop,
          done,
        ),
        "Hi (Hm) stop",
      ],
      ["in tags, cut anywhere", frames(say("<th"), say("ink>Hm</thi"), say("nk>\n\nHi"), stop, done), "Hi (Hm) stop"],
      [
        "in tags that nobody writes so",
        frames(say('<think type="x">Hm</think>Hi'), stop, done),
        '<think type="x">Hm</think>Hi stop',
      ],
      ["in two blocks", frames(say("<think>a</think><think>b</think>Hi"), stop, done), "Hi (ab) stop"],
      ["in an empty block", frames(say("<think>\n\n</think>\n\nHi"), stop, done), "Hi (\n\n) stop"],
      [
        "in tags within the reasoning field",
        frames(choice({ reasoning_content: "<think>Hm</think>" }), say("Hi"), stop, done),
        "Hi (<think>Hm</think>) stop",
      ],
    ]),
  )("$name", async (answer) => expect(await outcome(answer, plain)).toBe(answer.expected));
});

describe("a vote", () => {
  test.each(
    table([
      ["arguments as an object", frames(choice(call(JSON.parse(vote))), stop, done), `vote${vote} tool-calls`],
      ["arguments encoded twice", frames(choice(call(JSON.stringify(vote))), stop, done), `vote${vote} tool-calls`],
      [
        "arguments encoded three times",
        frames(choice(call(JSON.stringify(JSON.stringify(vote)))), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "arguments in a fence",
        frames(choice(call(`\`\`\`json\n${vote}\n\`\`\``)), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "arguments behind an empty object",
        frames(choice(call("{}")), choice({ tool_calls: [{ index: 0, function: { arguments: vote } }] }), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "arguments with null in front",
        frames(choice(call(null)), choice({ tool_calls: [{ index: 0, function: { arguments: vote } }] }), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "no index, no id",
        frames(
          choice({ tool_calls: [{ function: { name: "vote", arguments: vote.slice(0, 9) } }] }),
          choice({ tool_calls: [{ function: { arguments: vote.slice(9) } }] }),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "the name again in each piece",
        frames(choice(call(vote.slice(0, 9))), choice(call(vote.slice(9))), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "name and arguments beside the function",
        frames(
          choice({ tool_calls: [{ index: 0, id: "c", type: "function", name: "vote", arguments: vote }] }),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "parameters in the place of arguments",
        frames(
          choice({ tool_calls: [{ index: 0, id: "c", function: { name: "vote", parameters: JSON.parse(vote) } }] }),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "calls as an object",
        frames(choice({ tool_calls: { index: 0, id: "c", function: { name: "vote", arguments: vote } } }), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "the older field",
        frames(choice({ function_call: { name: "vote", arguments: vote } }), choice({}, "function_call"), done),
        `vote${vote} tool-calls`,
      ],
      [
        "calls in the message of the last event",
        frames(
          say(""),
          {
            choices: [
              {
                index: 0,
                finish_reason: "tool_calls",
                delta: {},
                message: { tool_calls: [{ id: "c", function: { name: "vote", arguments: vote } }] },
              },
            ],
          },
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      ["with its reason first", frames(choice({}, "tool_calls"), choice(call(vote)), done), `vote${vote} tool-calls`],
      ["with no reason but usage", frames(choice(call(vote)), usage, done), `vote${vote} tool-calls 7`],
      [
        "Kimi's marks in the text",
        frames(
          say(
            `<|tool_calls_section_begin|><|tool_call_begin|>functions.vote:0<|tool_call_argument_begin|>${vote}<|tool_call_end|><|tool_calls_section_end|>`,
          ),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
        "moonshot",
      ],
      [
        "MiniMax's marks in the text",
        frames(
          say(
            '<minimax:tool_call>\n<invoke name="vote">\n<parameter name="agent_id">agent1</parameter>\n<parameter name="reason">clear</parameter>\n</invoke>\n</minimax:tool_call>',
          ),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "GLM's marks in the text",
        frames(
          say(
            "<tool_call>vote\n<arg_key>agent_id</arg_key>\n<arg_value>agent1</arg_value>\n<arg_key>reason</arg_key>\n<arg_value>clear</arg_value>\n</tool_call>",
          ),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
        "zai",
      ],
      [
        "Llama's marks in the text",
        frames(say(`<|python_tag|>{"name": "vote", "parameters": ${vote}}<|eom_id|>`), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "Command's action in the text",
        frames(
          say(`<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "vote", "parameters": ${vote}}]<|END_ACTION|>`),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "gpt-oss's channel in the text",
        frames(say(`<|channel|>commentary to=functions.vote <|constrain|>json<|message|>${vote}<|call|>`), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "as structured output of the service's own",
        frames(choice({ content: JSON.parse(vote) as object }), stop, done),
        `vote${vote} tool-calls`,
      ],
    ]),
  )("$name", async (answer) => expect(await outcome(answer, ballot)).toBe(answer.expected));

  test.each(
    table([
      [
        "ids that are empty, or all the same",
        frames(
          choice({
            tool_calls: [
              { index: 0, id: "", function: { name: "vote", arguments: vote } },
              { index: 1, id: "", function: { name: "vote", arguments: "{}" } },
            ],
          }),
          stop,
          done,
        ),
        `vote${vote} vote{} tool-calls`,
      ],
      [
        "one index for two calls",
        frames(
          choice({ tool_calls: [{ index: 0, id: "a", function: { name: "vote", arguments: vote } }] }),
          choice({ tool_calls: [{ index: 0, id: "b", function: { name: "vote", arguments: "{}" } }] }),
          stop,
          done,
        ),
        `vote${vote} vote{} tool-calls`,
      ],
      [
        "text beside the call",
        frames(choice({ content: "I vote." }), choice(call(vote)), choice({}, "tool_calls"), done),
        `I vote. vote${vote} tool-calls`,
      ],
      ["a reason of the wrong kind", frames(choice(call(vote)), choice({}, "stop"), done), `vote${vote} tool-calls`],
    ]),
  )("offered: $name", async (answer) => expect(await outcome(answer, offered)).toBe(answer.expected));
});
