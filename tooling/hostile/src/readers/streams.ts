import { createMessageEvents } from "../../../../packages/providers/src/anthropic/events.ts";
import { createGeminiEvents } from "../../../../packages/providers/src/gemini/events.ts";
import { withChunks } from "../../../../packages/providers/src/openai-compatible/document-chunks.ts";
import { createChatEvents } from "../../../../packages/providers/src/openai-compatible/events.ts";
import { createThinkSplitter } from "../../../../packages/provider-kit/src/wire/think-splitter.ts";
import { createCallGuard } from "../../../../packages/provider-kit/src/wire/call-guard.ts";
import { peek } from "../../../../packages/provider-kit/src/wire/early-refusal.ts";
import { readAnswer } from "../../../../packages/provider-kit/src/wire/answer-reader.ts";
import { createStrayLines } from "../../../../packages/provider-kit/src/wire/stray-lines.ts";
import type { JsonObject } from "../../../../packages/provider-kit/src/wire/json-value.ts";
import { whole, type Reader } from "../reader.ts";
import { pushing, thoughts } from "./pushing.ts";

const chat =
  (style = {}) =>
  () =>
    createChatEvents(1, style);
const choice = (delta: JsonObject): JsonObject => ({ choices: [{ delta }] });
const chatEnd: JsonObject = { choices: [{ delta: {}, finish_reason: "stop" }] };
const claude = () => createMessageEvents("claude", 1);
const claudeEnd: JsonObject = { type: "message_stop" };
const gemini = () => createGeminiEvents("gemini", 1);
const geminiEnd: JsonObject = { candidates: [{ finishReason: "STOP" }] };

/** What reads answers as they stream in. */
export const streamReaders: readonly Reader[] = [
  {
    name: "the events of a body",
    inPieces: true,
    frames: [
      ["", ""],
      ["data: ", ""],
      ['data: {"a":"', '"}\n\n'],
      ["event: ", "\n\n"],
      ["x\r", "\r"],
    ],
    async read(pieces) {
      let at = 0;
      for await (const _ of readAnswer(async () => pieces[at++]));
    },
  },
  {
    name: "a refusal inside of an answer",
    inPieces: true,
    frames: [
      ["", ""],
      ["data: ", ""],
      ["{", '}"error":'],
      ['{"error":"', '"}'],
      ['data: {"choices":[{"delta":{}}]}\n\n', ""],
    ],
    async read(pieces) {
      const guard = createCallGuard("acme large");
      let at = 0;
      const read = async (): Promise<Uint8Array | undefined> => {
        const piece = pieces[at++];
        return piece === undefined ? undefined : Buffer.from(piece);
      };
      await peek({ status: 200, headers: new Headers(), body: { read, cancel: () => undefined } }, guard);
      guard.complete();
      guard.end();
    },
  },
  {
    name: "chunks in a document",
    frames: [
      ["[", "]"],
      ['[{"choices":[]}', "]"],
      ['{"choices":[]}\n', "\n{}"],
    ],
    read: whole((text) => void withChunks([{ type: "document", text }])),
  },
  {
    name: "lines of a stream that are no fields",
    inPieces: true,
    frames: [
      ["", ""],
      ["{", "\ndata: a\n\n"],
      ["\n{", "\ndat"],
    ],
    read(pieces) {
      const lines = createStrayLines();
      for (const piece of pieces) lines.push(piece);
      lines.end();
    },
  },
  ...[false, true].map((bare): Reader => ({
    name: `createThinkSplitter${bare ? ", the opening tag may be missing" : ""}`,
    inPieces: true,
    frames: thoughts,
    read(pieces) {
      const splitter = createThinkSplitter(bare);
      for (const piece of pieces) splitter.push(piece);
      splitter.plain();
      splitter.end();
    },
  })),
  {
    name: "createChatEvents, content",
    inPieces: true,
    frames: thoughts,
    read: pushing(chat({ bareThoughts: true }), (content) => choice({ content }), chatEnd),
  },
  {
    name: "createChatEvents, everything else that is text",
    inPieces: true,
    read: pushing(
      chat({ owner: { provider: "openrouter", model: "m" }, reasoningBack: "reasoning_details" }),
      (text, n) =>
        choice({
          content: [{ type: "text", text }],
          reasoning_details: [{ type: "reasoning.text", index: n % 3, text }],
          refusal: text,
        }),
      chatEnd,
    ),
  },
  {
    name: "createChatEvents, words in place of enumerations and numbers",
    inPieces: true,
    read: pushing(
      chat(),
      (text) => ({
        usage: { prompt_tokens: text, completion_tokens: text },
        choices: [{ index: text, delta: { content: text }, finish_reason: text }],
        type: text,
      }),
      chatEnd,
    ),
  },
  {
    name: "createMessageEvents, text and thinking",
    inPieces: true,
    read: pushing(
      claude,
      (text, n) =>
        n % 2 === 0
          ? { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }
          : { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: text } },
      claudeEnd,
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } },
    ),
  },
  {
    name: "createMessageEvents, a tool's input",
    inPieces: true,
    frames: [
      ["", ""],
      ['{"a":"', '"}'],
    ],
    read: pushing(
      claude,
      (text) => ({ type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: text } }),
      claudeEnd,
      { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "a", name: "vote" } },
    ),
  },
  {
    name: "createMessageEvents, many blocks and reports",
    inPieces: true,
    read: pushing(
      claude,
      (text, n) =>
        n % 2 === 0
          ? {
              type: "content_block_start",
              index: n % 6,
              content_block: { type: "tool_use", id: text, name: text, input: {} },
            }
          : { type: "message_delta", delta: { stop_reason: text }, usage: { [text]: 1, output_tokens: text } },
      claudeEnd,
    ),
  },
  {
    name: "createGeminiEvents, text",
    inPieces: true,
    read: pushing(
      gemini,
      (text, n) => ({ candidates: [{ content: { parts: [{ text, thought: n % 2 === 0 }] } }] }),
      geminiEnd,
    ),
  },
  {
    name: "createGeminiEvents, a call's arguments",
    inPieces: true,
    read: pushing(
      gemini,
      (text) => ({
        candidates: [
          {
            content: {
              parts: [{ functionCall: { willContinue: true, partialArgs: [{ jsonPath: "$.a", stringValue: text }] } }],
            },
          },
        ],
      }),
      geminiEnd,
      { candidates: [{ content: { parts: [{ functionCall: { name: "vote", willContinue: true } }] } }] },
    ),
  },
  {
    name: "createGeminiEvents, paths of arguments",
    inPieces: true,
    frames: [
      ["$.", ""],
      ["$[", "]"],
      ['$["', '"]'],
    ],
    read: pushing(
      gemini,
      (text) => ({
        candidates: [
          {
            content: {
              parts: [{ functionCall: { willContinue: true, partialArgs: [{ jsonPath: text, stringValue: "a" }] } }],
            },
          },
        ],
      }),
      geminiEnd,
      { candidates: [{ content: { parts: [{ functionCall: { name: "vote", willContinue: true } }] } }] },
    ),
  },
  {
    name: "createGeminiEvents, many calls and reports",
    inPieces: true,
    read: pushing(
      gemini,
      (text) => ({
        usageMetadata: { [text]: 1, promptTokenCount: text },
        candidates: [
          { content: { parts: [{ functionCall: { id: text, name: text, args: {} } }] }, finishReason: text },
        ],
      }),
      geminiEnd,
    ),
  },
];
