import type { ChatModel, ModelSettings, Provider, ProviderContext } from "@massgen/core/model";
import { heldError, holderOf } from "./held-error.ts";
import { heldModel } from "./held-model.ts";
import { ownCopy } from "./held-request.ts";
import { inPackage } from "./package-context.ts";

/**
 * Has a provider package make a model, and holds the model to the contract.
 * @param packageName what messages call the package
 * @throws MassgenError `configuration` as the provider words it; `internal` when it fails otherwise or makes no model
 */
export function packageModel(
  provider: Provider,
  settings: ModelSettings,
  context: ProviderContext,
  packageName: string | undefined,
): ChatModel {
  const { redact } = context;
  const holder = holderOf(provider.type, packageName, redact);
  let made: unknown;
  try {
    // A package may change what it gets, and the context is shared with others.
    const lent = Object.freeze({ ...context, env: { ...context.env } });
    made = inPackage(`${holder.label}: ${holder.author}`, () => provider.createModel(ownCopy(settings), lent));
  } catch (error) {
    throw heldError(error, holder);
  }
  return heldModel(made, holder);
}
