import type { ModelInfo } from "../runs/engine.ts";

/** A model as OpenAI describes one. */
interface ModelBody {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
  readonly name: string;
  /** These are not OpenAI's: clients warn about models whose windows they do not know. */
  readonly context_length?: number;
  readonly max_output_tokens?: number;
}

/** The body of a list of models. */
export function toModelList(models: readonly ModelInfo[]): { readonly object: "list"; readonly data: ModelBody[] } {
  return { object: "list", data: models.map(toModel) };
}

export function toModel({ id, created, ownedBy, name = id, contextTokens, maxOutputTokens }: ModelInfo): ModelBody {
  return {
    id,
    object: "model",
    created,
    owned_by: ownedBy,
    name,
    ...(contextTokens !== undefined && { context_length: contextTokens }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
  };
}
