/** An agent on a local model. */
interface Member {
  readonly id: string;
  readonly model: string;
  readonly temperature: number;
}

/** The teams that are compared, by name. */
export const teams: Readonly<Record<string, readonly Member[]>> = {
  qwen: ["ada", "bob", "cyd"].map((id) => ({ id, model: "qwen2.5-coder-0.5b", temperature: 0.8 })),
  mixed: [
    { id: "ada", model: "qwen2.5-coder-0.5b", temperature: 0.2 },
    { id: "bob", model: "qwen2.5-coder-0.5b", temperature: 0.9 },
    { id: "cyd", model: "smollm2-135m", temperature: 0.8 },
  ],
  smollm: ["ada", "bob", "cyd"].map((id) => ({ id, model: "smollm2-135m", temperature: 0.8 })),
};

/** The configuration of a team, as YAML: each member's model at its address. */
export function configOf(members: readonly Member[], baseUrls: ReadonlyMap<string, string>): string {
  const agents = members.map(({ id, model, temperature }) => {
    const backend = { type: "llamacpp", model, base_url: baseUrls.get(model), temperature, max_tokens: 60 };
    return `  - ${JSON.stringify({ id, backend })}`;
  });
  // A machine without a graphics card takes minutes for what a hosted model does in seconds.
  const times = "timeout_settings: { orchestrator_timeout_seconds: 3600 }\n";
  return `agents:\n${agents.join("\n")}\n${times}`;
}
