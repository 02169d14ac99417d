// Who may import whom. Between packages package.json enforces most of it; here is the rest, and the order inside them.

const { Visitor } = require("@swc/core/Visitor.js");

// swc parses `using`, but the visitor that looks for imports stops at it with an error.
// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};

const test = "[.]test[.]ts$|/(test|e2e|fixtures)/";
const core = "^packages/core/src/";
const model = `${core}model/`;
const errors = `${core}errors[.]ts$`;
const cutJson = `${core}cut-json[.]ts$`;
const coordination = `${core}coordination/`;
/** Code of this workspace, as opposed to npm packages and Node's own modules. */
const ours = "^(packages|apps|tooling)/";

/** An npm package by name, where pnpm keeps it. */
const npm = (name) => `(^|/)node_modules/${name}(/|$)`;

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circles",
      comment: "Modules that import each other cannot be read, tested or moved alone.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "Imported by nobody and importing nothing: dead, or not connected yet.",
      severity: "error",
      from: { orphan: true, pathNot: ["[.]d[.]ts$", "[.]config[.]ts$"] },
      to: {},
    },
    {
      name: "imports-resolve",
      comment:
        "A module that is not there. Let off: the bin file, which starts the build, and the provider template, which installs tarballs.",
      severity: "error",
      from: { pathNot: ["^apps/cli/bin/", "^tooling/provider-template/"] },
      to: { couldNotResolve: true },
    },
    {
      name: "no-deprecated-node-modules",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["core"], path: "^(node:)?(domain|punycode|querystring|sys|_linklist|_stream_wrap)$" },
    },
    {
      name: "dependencies-are-declared",
      comment:
        "What a published package imports stands in its own dependencies, or is missing where it is installed. Let off: types, which `npm run packaging` looks for in what is published.",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: test },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "tooling-stays-in-tests",
      comment: "Tooling is private: published code that imports it does not start.",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: test },
      to: { path: "^tooling/" },
    },
    {
      name: "core-knows-nobody",
      comment: "Core owns the contract and the rules; everything else plugs in.",
      severity: "error",
      from: { path: "^packages/core/" },
      to: { path: ours, pathNot: "^packages/core/" },
    },
    {
      name: "model-stands-alone",
      comment: "All that a provider author has to read.",
      severity: "error",
      from: { path: model, pathNot: test },
      to: { pathNot: [model, errors, cutJson] },
    },
    {
      name: "coordination-knows-itself",
      comment: "Pure and synchronous: no I/O, no packages, nothing of the rest of core.",
      severity: "error",
      from: { path: coordination, pathNot: test },
      to: { pathNot: [coordination, model, errors] },
    },
    {
      name: "coordination-takes-types-only",
      comment:
        "It describes messages and errors; it makes none. What it counts by is the estimate that all packages share.",
      severity: "error",
      from: { path: coordination, pathNot: test },
      to: { path: [model, errors], pathNot: `${model}token-estimate[.]ts$`, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "prompt-is-pure",
      comment: "What an agent sees is computed from the state, the agent and the request, and nothing else.",
      severity: "error",
      from: { path: `${core}prompt/`, pathNot: test },
      to: { pathNot: [`${core}prompt/`, model, coordination, `${core}(agent|run-request)[.]ts$`] },
    },
    {
      name: "format-stands-alone",
      comment: "Reads an answer in the form that a client asked for; the schema library is behind this folder's wall.",
      severity: "error",
      from: { path: `${core}format/`, pathNot: test },
      to: {
        path: ours,
        pathNot: [
          `${core}(format|worker)/`,
          model,
          errors,
          `${coordination}labels[.]ts$`,
          `${core}prompt/(answer-rules|code-fence|json-object)[.]ts$`,
        ],
      },
    },
    {
      name: "worker-knows-nothing",
      comment: "A thread for anybody's work; the server uses it as well.",
      severity: "error",
      from: { path: `${core}worker/`, pathNot: test },
      to: { path: ours, pathNot: `${core}worker/` },
    },
    {
      name: "config-knows-settings",
      comment: "Configuration produces settings; it runs nothing.",
      severity: "error",
      from: { path: `${core}config/`, pathNot: test },
      to: { path: ours, pathNot: [`${core}config/`, `${coordination}settings[.]ts$`, model, errors] },
    },
    {
      name: "core-loads-no-parsers",
      comment: "A library user who configures in code pays for no YAML and no schema library.",
      severity: "error",
      from: { path: `${core}(index|model/index|testing/index)[.]ts$` },
      to: { path: [npm("zod"), npm("js-yaml")], reachable: true },
    },
    {
      name: "server-knows-core",
      comment: "The server is given an engine; where its models come from is not its business.",
      severity: "error",
      from: { path: "^packages/server/", pathNot: test },
      to: { path: ours, pathNot: ["^packages/server/", `${core}(worker/)?index[.]ts$`, `${model}index[.]ts$`] },
    },
    {
      name: "server-uses-express-and-zod",
      severity: "error",
      from: { path: "^packages/server/", pathNot: test },
      to: { dependencyTypesNot: ["core", "local"], pathNot: [ours, npm("express"), npm("zod")] },
    },
    {
      name: "providers-know-the-model",
      comment:
        "A provider is written against @massgen/core/model alone, ours like anybody's. The demo plays a model: it reads prompts as tests do.",
      severity: "error",
      from: { path: "^packages/providers/", pathNot: [test, "^packages/providers/src/demo/"] },
      to: { path: ours, pathNot: ["^packages/providers/", `${model}index[.]ts$`] },
    },
    {
      name: "the-demo-reads-prompts",
      severity: "error",
      from: { path: "^packages/providers/src/demo/", pathNot: test },
      to: { path: ours, pathNot: ["^packages/providers/", `${model}index[.]ts$`, `${core}testing/index[.]ts$`] },
    },
    {
      name: "server-and-providers-never-meet",
      comment: "In tests neither: what needs both is tested in apps/cli.",
      severity: "error",
      from: { path: "^packages/(server|providers)/" },
      to: { path: "^packages/(server|providers)/", pathNot: "^packages/$1/" },
    },
    {
      name: "nobody-imports-the-cli",
      comment: "It wires everything, so whoever imports it has everything.",
      severity: "error",
      from: { path: ours, pathNot: "^apps/cli/" },
      to: { path: "^apps/" },
    },
  ],
  options: {
    // With swc type-only imports are seen as such without tsPreCompilationDeps, which wants a TypeScript below 7.
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(packages|apps)/[^/]+/dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["massgen-source", "import", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};
