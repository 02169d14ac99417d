import { MassgenError } from "@massgen/core/model";
import { endpointOf } from "@massgen/provider-kit/wire";

const defaultVersion = "v1beta";

/**
 * Where a model's answers are streamed from. A base URL that ends in a version (`/v1beta`, also with `/models` behind
 * it), or goes on behind one to a project of Vertex (`/v1/projects/...`), has its version; any other path is a folder
 * before it. Its query stays.
 *
 * @param version the configured version, which replaces that of the base URL
 * @throws MassgenError `configuration` for no address, or Gemini's OpenAI-compatible one
 */
export function streamAddress(type: string, baseUrl: string, model: string, version: string | undefined): URL {
  const url = endpointOf(type, baseUrl);
  const path = url.pathname.split("/").filter((part) => part !== "");
  if (path.at(-1) === "openai") {
    const advice = "use type chatcompletion with it, or leave /openai off";
    throw new MassgenError(
      "configuration",
      `backend ${type}: base_url is Gemini's OpenAI-compatible address; ${advice}`,
    );
  }
  if (path.at(-1) === "models" && isVersion(path.at(-2))) path.pop();
  const own = isVersion(path.at(-1)) ? path.pop() : undefined;
  const inside = path.findIndex((part, position) => isVersion(part) && path[position + 1] === "projects");
  if (inside === -1) path.push(version ?? own ?? defaultVersion);
  else path[inside] = version ?? path[inside] ?? defaultVersion;
  if (!model.includes("/")) path.push("models");
  url.pathname = [...path, `${model}:streamGenerateContent`].join("/");
  url.searchParams.set("alt", "sse");
  url.hash = "";
  return url;
}

/** Where the models are listed, beside where they are called. */
export function listAddress(type: string, baseUrl: string): string {
  const url = streamAddress(type, baseUrl, "model", undefined);
  url.pathname = url.pathname.replace(/\/[^/]*$/, "");
  url.searchParams.delete("alt");
  url.searchParams.set("pageSize", "1000");
  return url.href;
}

function isVersion(part: string | undefined): boolean {
  return /^v\d\w*$/.test(part ?? "");
}
