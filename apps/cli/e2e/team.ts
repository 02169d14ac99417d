import { type Script, type ServedTeam, startTeam, type TeamSettings } from "@massgen/upstream";
import OpenAI from "openai";

export { documentedConfig, geminiKey, openaiKey, openaiTeam, pointedAt } from "@massgen/upstream";

/** A massgen process in front of a scripted upstream, and a client of it. */
export interface Served extends ServedTeam {
  readonly client: OpenAI;
}

/** Starts `massgen serve --config config.yaml` with both providers played by the script. */
export async function serveTeam(script: Script, settings: TeamSettings = {}): Promise<Served> {
  const team = await startTeam(script, settings);
  return { ...team, client: new OpenAI({ baseURL: `${team.url}/v1`, apiKey: "not-needed", maxRetries: 0 }) };
}
