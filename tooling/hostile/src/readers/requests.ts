import { createRegistry } from "@massgen/providers";
import { drawSeedOf } from "../../../../packages/core/src/run/draw-seed.ts";
import { conversationOf as geminiConversation } from "../../../../packages/providers/src/gemini/contents.ts";
import { bytesOf } from "../../../../packages/server/src/http/byte-size.ts";
import { describe, toProblem } from "../../../../packages/server/src/http/thrown.ts";
import { parseRequest } from "../../../../packages/server/src/wires/openai-chat/request-schema.ts";
import { toRun } from "../../../../packages/server/src/wires/openai-chat/to-run.ts";
import { whole, type Frame, type Reader } from "../reader.ts";

const message = '{"model":"massgen","messages":[{"role":"user","content":';
const bodies: readonly Frame[] = [
  ["", ""],
  [`${message}"`, '"}]}'],
  [`${message}[`, "1]}]}"],
  [`{"metadata":{`, '"z":"1"},"messages":[{"role":"user","content":"?"}]}'],
  [`{"messages":[`, "1]}"],
  [`{"tools":[`, '1],"messages":[{"role":"user","content":"?"}]}'],
  [`{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{`, '"z":1}}},"messages":[]}'],
  [`{`, '"messages":[{"role":"user","content":"?"}]}'],
];

const image: readonly Frame[] = [
  ["", ""],
  ["data:image/png;base64,", ""],
  ["data:", ";base64,AAAA"],
  ["https://", ""],
];

function requestWith(fields: object): unknown {
  return { messages: [{ role: "user", content: "?" }], ...fields };
}

function checked(body: unknown): void {
  try {
    toRun(parseRequest(body));
  } catch (error) {
    describe(error);
    toProblem(error);
  }
}

const demo = createRegistry({ env: {} }).createModel({ type: "demo", options: {} });

/** What reads the requests of clients. */
export const requestReaders: readonly Reader[] = [
  { name: "a body", frames: bodies, read: whole((text) => checked(JSON.parse(text))) },
  {
    name: "what a request's draws depend on",
    frames: [
      ["", ""],
      ["[", "1]"],
      ['{"a":"', '"}'],
    ],
    read: whole((text) => {
      const toolCalls = [{ id: text, name: text, arguments: text }];
      drawSeedOf({
        messages: [
          { role: "user", content: text },
          { role: "assistant", content: text, toolCalls },
        ],
        tools: [{ name: text, parameters: { [text]: text } }],
      });
    }),
  },
  {
    name: "a body's fields",
    read: whole((text) => {
      const call = {
        id: text,
        type: "function",
        function: { name: text, arguments: text, [text]: text },
        [text]: { [text]: text },
      };
      const turns = [
        { role: "user", name: text, content: [{ type: "text", text }] },
        { role: "assistant", content: text, tool_calls: [call] },
        { role: "tool", tool_call_id: text, content: text },
      ];
      checked(requestWith({ messages: turns }));
      const tool = { type: "function", function: { name: text, description: text, parameters: { [text]: text } } };
      checked(requestWith({ tools: [tool], tool_choice: { type: "function", function: { name: text } } }));
      for (const name of ["model", "stop", "user", "tool_choice", "reasoning_effort", "service_tier", "seed"]) {
        checked(requestWith({ [name]: text }));
      }
      checked(requestWith({ [text]: text, metadata: { [text]: text } }));
    }),
  },
  {
    name: "an image's address",
    frames: image,
    read: whole((url) => {
      checked({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }] });
      geminiConversation([{ role: "user", content: [{ type: "image", url }] }], "gemini");
    }),
  },
  {
    name: "bytesOf",
    frames: [
      ["", ""],
      ["1", "mb"],
    ],
    read: whole(bytesOf),
  },
  {
    name: "what the demo is asked and shown",
    frames: [
      ["", ""],
      ["<CURRENT ANSWERS>\n<agent1>\n", "\n</agent1>\n</CURRENT ANSWERS>"],
    ],
    read: whole(async (content) => {
      for await (const _ of demo.stream({ messages: [{ role: "user", content }] }));
    }),
  },
];
