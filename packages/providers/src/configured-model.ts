import type { ChatModel, ModelCapabilities } from "@massgen/core/model";

/** What the backend says of the model counts; but a window that turned out to be smaller is. */
export function configuredModel(model: ChatModel, { images, contextTokens }: ModelCapabilities): ChatModel {
  if (images === undefined && contextTokens === undefined) return model;
  return {
    ...model,
    // Read each time: a provider may learn what its model takes.
    get capabilities() {
      const { contextTokens: found = Infinity, ...known } = model.capabilities ?? {};
      const window = Math.min(contextTokens ?? Infinity, found);
      return { ...known, ...(images !== undefined && { images }), ...(window < Infinity && { contextTokens: window }) };
    },
  };
}
