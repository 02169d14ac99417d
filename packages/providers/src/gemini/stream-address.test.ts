import { expect, test } from "vitest";
import { streamAddress } from "./stream-address.ts";

const google = "https://generativelanguage.googleapis.com";
const vertex = "https://us-central1-aiplatform.googleapis.com/v1";
const address = (baseUrl: string, model = "g", version?: string): string =>
  streamAddress("gemini", baseUrl, model, version).href;

test.each([
  [google, "/v1beta/models/g:streamGenerateContent?alt=sse"],
  [`${google}/`, "/v1beta/models/g:streamGenerateContent?alt=sse"],
  [`${google}/v1beta`, "/v1beta/models/g:streamGenerateContent?alt=sse"],
  [`${google}/v1beta/models/`, "/v1beta/models/g:streamGenerateContent?alt=sse"],
  ["http://h:8080/proxy/v1", "/proxy/v1/models/g:streamGenerateContent?alt=sse"],
  ["http://h:8080/v2/gemini", "/v2/gemini/v1beta/models/g:streamGenerateContent?alt=sse"],
  ["http://h/models", "/models/v1beta/models/g:streamGenerateContent?alt=sse"],
  ["http://h//a///v1alpha//", "/a/v1alpha/models/g:streamGenerateContent?alt=sse"],
  ["http://h/a?tenant=t%201&alt=json#x", "/a/v1beta/models/g:streamGenerateContent?tenant=t+1&alt=sse"],
])("%s", (baseUrl, path) => expect(address(baseUrl)).toBe(new URL(path, baseUrl).href));

test("a configured version replaces the one of the address", () => {
  expect(address(google, "g", "v1alpha")).toBe(`${google}/v1alpha/models/g:streamGenerateContent?alt=sse`);
  expect(address(`${google}/v1beta`, "g", "v1")).toBe(`${google}/v1/models/g:streamGenerateContent?alt=sse`);
});

test("a model with a path of its own, and Vertex", () => {
  const path = "publishers/google/models/gemini-2.5-pro@001";
  expect(address(google, "tunedModels/t")).toBe(`${google}/v1beta/tunedModels/t:streamGenerateContent?alt=sse`);
  expect(address(vertex, path)).toBe(`${vertex}/${path}:streamGenerateContent?alt=sse`);
  const project = `${vertex}/projects/p/locations/us-central1`;
  expect(address(project, path)).toBe(`${project}/${path}:streamGenerateContent?alt=sse`);
  expect(address(project, path, "v1beta1")).toBe(
    `${project.replace("/v1/", "/v1beta1/")}/${path}:streamGenerateContent?alt=sse`,
  );
  expect(address(`${project}/publishers/google`, "g")).toBe(
    `${project}/publishers/google/models/g:streamGenerateContent?alt=sse`,
  );
});

test.each(["/v1beta/openai/", "/v1beta/openai", "/openai"])("%s is Gemini's OpenAI-compatible surface", (path) => {
  expect(() => address(`${google}${path}`)).toThrow(/use type chatcompletion/);
});
