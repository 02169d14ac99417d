import type { ChatRequest, Message } from "@massgen/core/model";
import { withoutToolTurns } from "@massgen/provider-kit/forcing";
import { speaksOf, type Phrase, type Refusal } from "./refusal.ts";
import type { Lesson } from "./remedy.ts";
import { alternatingTurns, bridgedTurns, endingWithUser, leadingSystem, spokenTurns, withoutSystem } from "./shapes.ts";

/**
 * A lesson about the shape of a conversation: how refusals name it, and the change that produces it.
 *
 * @param fits the requests that it is for
 */
function shape(
  name: string,
  spoken: readonly (RegExp | Phrase)[],
  change: (messages: readonly Message[]) => readonly Message[],
  fits: (request: ChatRequest) => boolean = () => true,
): Lesson {
  const remedy = {
    name,
    request(request: ChatRequest): ChatRequest {
      const messages = fits(request) ? change(request.messages) : request.messages;
      return messages === request.messages ? request : { ...request, messages };
    },
  };
  const isSpoken = ({ says, param }: Refusal): boolean => speaksOf(`${says} ${param}`, spoken);
  const changes = (request: ChatRequest): boolean => remedy.request(request) !== request;
  return {
    about: ["tools", "tool turns", "forced"],
    everywhere: true,
    fails: true,
    names: (refusal, { request }) => isSpoken(refusal) && changes(request),
    read: (refusal, { request }) => (isSpoken(refusal) && changes(request) ? remedy : undefined),
    guess: ({ request }) => (changes(request) ? remedy : undefined),
  };
}

const aboutSystem: readonly (RegExp | Phrase)[] = [
  /developer instruction/i,
  {
    first: /(?:system|developer)['"`]? (?:role|message|prompt|instruction|input)/gi,
    next: /not|n't|\bun|invalid|only/i,
    within: 60,
  },
  { first: /support|invalid|unknown/gi, next: /\b(?:system|developer)\b/i, within: 60 },
  { first: /\brole/gi, next: /['"`](?:system|developer)['"`]/i, within: 60 },
  {
    first: /roles? (?:must|should|can)|only|supported roles|expected/gi,
    next: /\buser['"`]?(?:,|\/| and| or)? ?['"`]?assistant\b/i,
    within: 100,
  },
];
const aboutLeadingSystem: readonly Phrase[] = [
  {
    first: /system (?:role|message|prompt|instruction)/gi,
    next: /first|begin|start|head|only one|one system/i,
    within: 60,
  },
  { first: /first|only one|multiple|more than one/gi, next: /system/i, within: 40 },
];
const aboutBridge: readonly Phrase[] = [
  { first: /\buser['"`]? (?:after|following|follows|cannot follow|must not follow)/gi, next: /\btool/i, within: 40 },
  { first: /\btool/gi, next: /assistant/i, within: 100 },
];
const aboutOrder =
  /alternat|consecutive|successive|interleav|in a row|same role|role order|message order|unexpected role|roles? (?:must|should)|first message|start(?:s|ing)? with (?:a )?['"`]?user|after the optional system message/i;
const aboutEnd =
  /prefill|last (?:message|role|turn)|final (?:message|turn)|(?:must|should|has to|needs to) end with|end(?:s|ing)? with (?:a )?['"`]?(?:user|assistant)|add_generation_prompt|continue_final_message/i;
const aboutEmpty =
  /non-?empty|\b(?:be|is|are|was) (?:empty|blank)|empty (?:content|message|text|string)|not(?:_| be)blank/i;
const aboutToolTurns: readonly (RegExp | Phrase)[] = [
  /alternat|in a row|consecutive/i,
  {
    first: /(?<![a-z])tool/gi,
    next: /without|require|must|specif|defin|provid|expected|missing|order|preced|follow|support|un(?:known|expected)|only/i,
    within: 100,
  },
  {
    first: /without|require|missing|\bno\b|unexpected|unsupported|unknown|invalid/gi,
    next: /(?<![a-z])tool/i,
    within: 60,
  },
];

/** No system role: its text moves to the beginning of the user's first turn. */
export const noSystem: Lesson = shape("no system role", aboutSystem, withoutSystem);

/** Shapes that chat templates and services insist on; of several that a refusal may mean, the mildest first. */
export const turnLessons: readonly Lesson[] = [
  shape("no empty messages", [aboutEmpty], spokenTurns),
  shape("system messages first", aboutLeadingSystem, leadingSystem),
  shape("an assistant between tool and user", [...aboutBridge, aboutOrder], bridgedTurns),
  shape("alternating turns", [aboutOrder], alternatingTurns),
  shape("the user last", [aboutEnd], endingWithUser),
];

/** Tool turns as text: where no tools are offered, or, last of all, where their order is refused. */
export const toolTurnLessons: readonly Lesson[] = [
  {
    ...shape(
      "tool turns as text where no tools are",
      aboutToolTurns,
      plainTurns,
      ({ tools = [] }) => tools.length === 0,
    ),
    about: ["tool turns"],
  },
  shape("tool turns as text", [aboutOrder], plainTurns),
];

function plainTurns(messages: readonly Message[]): readonly Message[] {
  const held = messages.some((one) => one.role === "tool" || (one.role === "assistant" && one.toolCalls?.length));
  return held ? withoutToolTurns(messages) : messages;
}
