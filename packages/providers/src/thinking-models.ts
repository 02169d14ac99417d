import { objectOf, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** Tokens that a model may think before a short reply, where no budget is set. */
export const assumedThinking = 8192;

/**
 * Names of models that think before they answer unless they are told not to. The maker's name may stand before the
 * name, and anything may follow. Other thinking models are noticed by their first answer in a run, if it shows thoughts
 * or reports their cost.
 */
const thinkers: readonly RegExp[] = [
  // https://platform.openai.com/docs/guides/reasoning
  /^o[1-9]\b/,
  /^gpt-(?:[5-9]|oss)(?!.*chat)/,
  // https://api-docs.deepseek.com/guides/thinking_mode
  /^deepseek-(?:reasoner|r\d)/,
  // https://ai.google.dev/gemini-api/docs/thinking
  /^gemini-(?:2\.5|[3-9])/,
  // https://docs.x.ai/docs/guides/reasoning
  /^grok-(?:3-mini|4(?!.*non-reasoning))/,
  // https://qwenlm.github.io/blog/qwen3
  /^qwq/,
  /^qwen-?3(?!.*(?:instruct|coder|embed))/,
  /^magistral/,
  /^glm-(?:4\.[5-9]|[5-9]|z\d)/,
  /^minimax-m\d/,
  /^kimi-k2\.[5-9]/,
  /^(?:seed-oss|nemotron|smollm3|exaone-deep|phi-4-reasoning|ernie-x|hunyuan-t)/,
  /(?:^|(?<!non)[-_:.])(?:thinking|thinker|reasoning|reasoner|r1)(?:$|[-_:.])/,
];

/** The most characters of a model's name that are matched. */
const longestName = 200;

/**
 * What is known of a model's thinking, as part of its capabilities. Empty where neither its name nor the fields of its
 * requests say anything.
 *
 * @param fields what the backend adds to request bodies
 */
export function thinkingTokensOf(model: string, fields: JsonObject = {}): { readonly thinkingTokens?: number } {
  const switched = switchIn(fields);
  if (switched === false) return { thinkingTokens: 0 };
  const whole = model.slice(0, longestName).toLowerCase();
  const name = whole.slice(whole.lastIndexOf("/") + 1);
  return switched || thinkers.some((one) => one.test(name)) ? { thinkingTokens: assumedThinking } : {};
}

/** Whether a body switches thinking on or off; services have different fields for it. */
function switchIn(fields: JsonObject): boolean | undefined {
  const template = objectOf(fields["chat_template_kwargs"]) ?? {};
  const word = [fields["enable_thinking"], template["enable_thinking"], template["thinking"]].find(
    (value) => typeof value === "boolean",
  );
  if (word !== undefined) return word;
  const kind = textOf(objectOf(fields["thinking"])?.["type"]);
  if (kind !== undefined) return kind !== "disabled";
  return "reasoning" in fields && objectOf(fields["reasoning"])?.["enabled"] !== false ? true : undefined;
}
