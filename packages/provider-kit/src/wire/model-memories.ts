import { createHash } from "node:crypto";

/** The most models that are remembered at once. Names may come from clients. */
const mostModels = 500;

/** Finds what is known of a model. Each key has its own memory, because accounts differ in what they may do. */
export type ModelMemories<T> = (baseUrl: string, model: string, apiKey?: string) => T;

/**
 * Keeps what is learned about models, so that all agents on a model learn together. Beyond the limit, the oldest one is
 * forgotten.
 *
 * @param make what is known of a model before anything was tried
 */
export function createModelMemories<T>(make: () => T): ModelMemories<T> {
  const memories = new Map<string, T>();
  return (baseUrl, model, apiKey = "") => {
    const key = createHash("sha256")
      .update(JSON.stringify([baseUrl, model, apiKey]))
      .digest("base64url");
    const known = memories.get(key);
    if (known !== undefined) return known;
    const memory = make();
    const [oldest] = memories.keys();
    if (memories.size >= mostModels && oldest !== undefined) memories.delete(oldest);
    memories.set(key, memory);
    return memory;
  };
}
