import type { ChatModel, ModelCapabilities } from "@massgen/core/model";

/**
 * Adds to a model's capabilities what its backend and its type say. A context window that turned out to be smaller
 * stays.
 */
export function configuredModel(model: ChatModel, { images, contextTokens, local }: ModelCapabilities): ChatModel {
  if (images === undefined && contextTokens === undefined && local === undefined) return model;
  return {
    ...model,
    // Read each time: a provider may learn what its model takes.
    get capabilities() {
      const { contextTokens: found = Infinity, ...known } = model.capabilities ?? {};
      const window = Math.min(contextTokens ?? Infinity, found);
      return {
        ...known,
        ...(images !== undefined && { images }),
        ...(local !== undefined && { local }),
        ...(window < Infinity && { contextTokens: window }),
      };
    },
  };
}
