/** What a model writes around its thoughts where they come as content. */
export interface ThoughtTags {
  readonly open: string;
  readonly close: string;
  /** Tags around the answer that follows the thoughts. */
  readonly answer?: readonly [open: string, close: string];
}

/** Taken from the chat templates of the models, and from what servers without a parser pass on. */
export const thoughtTags: readonly ThoughtTags[] = [
  // DeepSeek R1, Qwen, GLM, MiniMax, Nemotron and most others.
  { open: "<think>", close: "</think>" },
  { open: "<thinking>", close: "</thinking>" },
  { open: "<thought>", close: "</thought>" },
  { open: "<thoughts>", close: "</thoughts>" },
  { open: "<reasoning>", close: "</reasoning>" },
  // Seed-OSS.
  { open: "<seed:think>", close: "</seed:think>" },
  { open: "<longcat_think>", close: "</longcat_think>" },
  // Magistral.
  { open: "[THINK]", close: "[/THINK]" },
  // Kimi-VL.
  { open: "◁think▷", close: "◁/think▷" },
  // Gemma 4, MedGemma.
  { open: "<|channel>thought", close: "<channel|>" },
  { open: "<unused94>thought", close: "<unused95>" },
  // Command A.
  {
    open: "<|START_THINKING|>",
    close: "<|END_THINKING|>",
    answer: ["<|START_RESPONSE|>", "<|END_RESPONSE|>"],
  },
  // OpenThinker.
  {
    open: "<|begin_of_thought|>",
    close: "<|end_of_thought|>",
    answer: ["<|begin_of_solution|>", "<|end_of_solution|>"],
  },
];

/**
 * How a text in gpt-oss's channels begins:
 * `<|channel|>analysis<|message|>...<|end|><|start|>assistant<|channel|>final<|message|>...`
 */
export const channelStarts: readonly string[] = ["<|channel|>", "<|start|>assistant<|channel|>"];

/** What ends the name of a channel. */
export const channelMessage = "<|message|>";

/** What ends the text in a channel. */
export const channelEnds: readonly string[] = ["<|end|>", "<|return|>", "<|call|>", ...channelStarts];

/** The longest name of a channel, its addressee included. */
export const longestChannelName = 200;

/** Models whose chat templates write the opening tag into the prompt, so that answers begin inside the thoughts. */
const openingTagInPrompt: readonly ((name: string) => boolean)[] = [
  (name) => /deepseek-r1|\bqwq\b|glm-z1/.test(name),
  (name) => name.includes("qwen3") && name.includes("-thinking"),
  (name) => name.includes("nemotron") && name.includes("-reasoning"),
  (name) => name.includes("olmo-3") && name.includes("-think"),
];

/** Whether a model is known for answers that begin with thoughts and no opening tag. */
export function omitsOpeningTag(model: string): boolean {
  const name = model.toLowerCase();
  return openingTagInPrompt.some((fits) => fits(name));
}
