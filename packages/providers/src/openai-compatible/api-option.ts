import { MassgenError } from "@massgen/core/model";
import { refuseApi } from "../backend-options.ts";
import type { Api, Vendor } from "./vendor.ts";

/** The most characters of a model's name that are matched. */
const longestName = 200;

/**
 * The API by which a model is called: what the option `api` says, else chat completions, except for models that the
 * service has by its Responses API only.
 * @throws MassgenError `configuration`
 */
export function apiOf({ type, responses }: Vendor, model: string, option: unknown): Api {
  if (responses === undefined) {
    refuseApi(type, option);
    return "chat";
  }
  if (option === undefined) {
    const name = model.slice(0, longestName).toLowerCase();
    return responses.only.some((one) => one.test(name)) ? "responses" : "chat";
  }
  if (option === "chat" || option === "responses") return option;
  throw new MassgenError("configuration", `backend ${type}: api must be chat or responses`);
}
