/** The most models that are remembered at once: names may come from clients, and nobody has this many. */
const mostModels = 500;

/**
 * Keeps what is learned about models, so that all agents on a model learn together. Of too many, the one made first is forgotten.
 *
 * @param make what is known of a model before anything was tried
 * @returns the memory of the model with this name at this address
 */
export function createModelMemories<T>(make: () => T): (baseUrl: string, model: string) => T {
  const memories = new Map<string, T>();
  return (baseUrl, model) => {
    const key = JSON.stringify([baseUrl, model]);
    const known = memories.get(key);
    if (known !== undefined) return known;
    const memory = make();
    const [oldest] = memories.keys();
    if (memories.size >= mostModels && oldest !== undefined) memories.delete(oldest);
    memories.set(key, memory);
    return memory;
  };
}
