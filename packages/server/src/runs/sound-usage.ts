import type { Usage } from "@massgen/core/model";

const figures = ["inputTokens", "outputTokens", "totalTokens", "cachedInputTokens", "reasoningTokens"] as const;

/** The figures that are numbers of tokens. A host's own engine may sum up anything, and clients refuse an answer with any other figure. */
export function soundUsage(usage: Usage): Usage {
  const sound = figures.filter((name) => {
    const figure: unknown = usage[name];
    return Number.isSafeInteger(figure) && (figure as number) >= 0;
  });
  return Object.fromEntries(sound.map((name) => [name, usage[name]]));
}
