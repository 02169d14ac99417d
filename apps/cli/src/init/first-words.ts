import type { CliContext } from "../context.ts";
import type { LocalServices } from "../services/local-services.ts";
import { asTyped } from "../terminal/as-typed.ts";
import { plainLine } from "../terminal/plain-text.ts";
import type { HostedService } from "./hosted-services.ts";

/** What was found, a line each. */
export function foundLines(hosted: readonly HostedService[], { found, silent }: LocalServices): readonly string[] {
  return [
    ...hosted.map(({ type, variable, models, problem }) =>
      problem === undefined
        ? `${variable}: ${type}${counted(models)}`
        : `${variable}: not usable. ${plainLine(problem)}`,
    ),
    ...found.map(({ title, address, models }) => `${title} at ${address}${counted(models)}`),
    ...silent.map(({ title, address, problem }) => `${title} at ${address}: not usable. ${plainLine(problem)}`),
  ];
}

function counted(models: readonly string[] | undefined): string {
  if (models === undefined) return ", which did not say what models it has";
  return models.length === 1 ? ", 1 model" : `, ${models.length} models`;
}

/** What to set or install where nothing was found, and what runs meanwhile. */
export function nothingFound(context: Pick<CliContext, "env">): string {
  return `There is nothing to make a team of yet: no key of a service is set, and no local server has a model.

With a key, in the environment or in a file .env in this folder:
  OPENAI_API_KEY=...        https://platform.openai.com/api-keys
  ANTHROPIC_API_KEY=...     https://console.anthropic.com/settings/keys
  GEMINI_API_KEY=...        https://aistudio.google.com/apikey
  OPENROUTER_API_KEY=...    https://openrouter.ai/keys (one key, many models)

Without a key, on this machine:
  Ollama                    https://ollama.com/download, then: ollama pull llama3.2
  LM Studio, llama.cpp (llama-server) and vLLM are found on their usual ports as well

Then type ${asTyped("init", context)} again. Meanwhile, without either:
  ${asTyped('run --demo "What is 25 * 4?"', context)}
                            three small programs instead of models: watch how a team decides
`;
}
