import { loadConfig, matchesPattern, providerPackages, readDotEnv } from "@massgen/config";
import { createRegistry, inferType } from "@massgen/providers";
import { providerProblem } from "../../../../packages/providers/src/provider-problem.ts";
import { whole, type Frame, type Reader } from "../reader.ts";

const registry = createRegistry({ env: { A: "1" } });
const backendTypes = registry.types();

/** Of configuration files, which are read at the start and at each reload. */
const file = { characters: 4 * 1024 * 1024, ms: 1000 };

const yaml: readonly Frame[] = [
  ["", ""],
  ["agents:\n  - id: a\n    backend: { model: gpt-4o }\n    x: ", "\n"],
  ["agents: [", "]"],
  ["agents:\n  - id: a\n    system_message: '", "'\n    backend: { model: gpt-4o }\n"],
];

/** What reads the files of an operator, and the names in them. */
export const configReaders: readonly Reader[] = [
  {
    name: "loadConfig",
    bound: file,
    frames: yaml,
    read: whole((source) =>
      loadConfig(source, {
        path: "massgen.yaml",
        env: { A: "1" },
        backendTypes,
        backendProblem: () => undefined,
        accountOf: (backend) => JSON.stringify(backend),
        optionNames: () => ["reasoning"],
      }),
    ),
  },
  {
    name: "providerPackages",
    bound: file,
    frames: [
      ["", ""],
      ["providers: [", "]"],
    ],
    read: whole((source) => providerPackages(source, {})),
  },
  {
    name: "readDotEnv",
    bound: file,
    frames: [
      ["", ""],
      ["A='", "'\n"],
      ['A="', '"\n'],
      ["A=", " # a"],
    ],
    read: whole(readDotEnv),
  },
  {
    name: "aliases for a client's model name",
    frames: [
      ["", ""],
      ["gpt-", "-mini"],
    ],
    read: whole((name) => {
      for (const pattern of ["*a*a*a*a*b", "*-*-*-*mini", "gpt-*", "*"]) matchesPattern(name, pattern);
    }),
  },
  {
    name: "a backend's address, key, model and options",
    frames: [
      ["", ""],
      ["https://a.example/", ""],
      ["https://", ".example"],
      ["https://a:", "@a.example"],
      ["http://a.example?key=", ""],
    ],
    read: whole((text) => {
      for (const type of ["openai", "azure_openai", "claude", "gemini", "ollama"]) {
        for (const backend of [{ model: text }, { model: "m", apiKey: text }, { model: "m", baseUrl: text }]) {
          try {
            createRegistry({ env: {} }).createModel({
              type,
              apiKey: "no-real-key-1234567890",
              ...backend,
              options: { extra_body: { token: text }, default_headers: { a: text } },
            });
          } catch {
            // Refused.
          }
        }
      }
      inferType(text);
      registry.describe.typed({ model: text, baseUrl: text });
    }),
  },
  {
    name: "providerProblem",
    read: whole((text) => {
      const provider = { contract: 1, apiKey: { variables: [text], required: false }, createModel() {} };
      const baseUrl = { variables: [text] };
      providerProblem({ ...provider, type: text, baseUrl });
      providerProblem({ ...provider, type: "a", baseUrl: { ...baseUrl, default: text } });
    }),
  },
];
