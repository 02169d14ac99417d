// Who may import whom. Between packages package.json enforces most of it; here is the rest, and the order inside them.

require("./tooling/workspace/using-declarations.cjs");

const {
  test,
  core,
  model,
  errors,
  cutJson,
  clock,
  tokenEstimate,
  limiter,
  coordination,
  server,
  wires,
  cli,
  kit,
  ours,
  npm,
  neighbours,
  cliFolders,
  libraries,
} = require("./tooling/workspace/boundaries.cjs");

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
      from: { orphan: true, pathNot: ["[.]d[.]ts$", "[.]config[.]ts$", "^tooling/workspace/boundaries[.]cjs$"] },
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
      to: { pathNot: [model, errors, cutJson, clock, tokenEstimate, limiter] },
    },
    {
      name: "coordination-knows-itself",
      comment: "Pure and synchronous: no I/O, no packages, nothing of the rest of core.",
      severity: "error",
      from: { path: coordination, pathNot: test },
      to: { pathNot: [coordination, model, errors, tokenEstimate, limiter] },
    },
    {
      name: "coordination-takes-types-only",
      comment:
        "It describes messages and errors; it makes none. What it counts by is the estimate that all packages share.",
      severity: "error",
      from: { path: coordination, pathNot: test },
      to: { path: [model, errors, limiter], dependencyTypesNot: ["type-only"] },
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
      name: "problem-stands-alone",
      comment: "What can go wrong, in no wire's words.",
      severity: "error",
      from: { path: `${server}problem[.]ts$` },
      to: { path: "." },
    },
    {
      name: "wires-are-pure",
      comment: "A wire reads a request and writes events: no socket, no Express, nothing of Node.",
      severity: "error",
      from: { path: wires, pathNot: test },
      to: {
        pathNot: [
          wires,
          `${server}problem[.]ts$`,
          `${server}runs/(engine|metadata|size-of|trace-phase|usage|whole-text)[.]ts$`,
          `${core}index[.]ts$`,
          `${model}index[.]ts$`,
          npm("zod"),
        ],
      },
    },
    {
      name: "wires-stand-apart",
      comment: "A wire is a folder and a line in wires.ts. What several share stands beside their folders.",
      severity: "error",
      from: { path: `${wires}([^/]+)/`, pathNot: test },
      to: { path: [`${wires}[^/]+/`, `${wires}wires[.]ts$`], pathNot: [`${wires}($1|fields)/`] },
    },
    {
      name: "runs-know-the-interface-of-a-wire",
      comment: "Starting a run and reading it is the same on every wire, and on every transport.",
      severity: "error",
      from: { path: `${server}runs/`, pathNot: test },
      to: {
        pathNot: [
          `${server}runs/`,
          `${server}problem[.]ts$`,
          `${wires}wire[.]ts$`,
          `${core}index[.]ts$`,
          `${model}index[.]ts$`,
        ],
      },
    },
    {
      name: "http-knows-no-wire-by-name",
      comment: "It serves those in the list, by their interface.",
      severity: "error",
      from: { path: `${server}http/`, pathNot: test },
      to: { path: wires, pathNot: `${wires}wires?[.]ts$` },
    },
    {
      name: "conformance-stays-in-tests",
      comment: "The kit plays services: nothing that runs for people needs that.",
      severity: "error",
      from: { path: ours, pathNot: [test, `${kit}conformance/`, "^tooling/"] },
      to: { path: `${kit}conformance/` },
    },
    ...Object.entries(neighbours).map(([name, known]) => ({
      name: `${name}-knows-its-neighbours`,
      comment: "Between packages only what the table above allows.",
      severity: "error",
      from: { path: `^packages/${name}/`, pathNot: test },
      to: { path: ours, pathNot: [`^packages/${name}/`, ...known] },
    })),
    {
      name: "tests-know-their-neighbours",
      comment: "What needs several of these is tested in apps/cli.",
      severity: "error",
      from: { path: "^packages/(config|server|provider)" },
      to: { path: "^packages/(config|server|provider)", pathNot: "^packages/$1" },
    },
    {
      name: "scripted-models-stay-in-tests",
      comment: "The demo plays a model: it reads prompts as tests do.",
      severity: "error",
      from: { path: "^packages/(config|providers)/", pathNot: [test, "^packages/providers/src/demo/"] },
      to: { path: `${core}testing/` },
    },
    ...Object.entries(libraries).map(([name, used]) => ({
      name: `${name}-brings-only-${used.join("-and-")}`,
      comment: "Whoever installs a package installs what it brings along.",
      severity: "error",
      from: { path: `^packages/${name}/`, pathNot: test },
      to: { dependencyTypesNot: ["core", "local"], pathNot: [ours, ...used.map(npm)] },
    })),
    ...Object.entries(cliFolders).map(([name, known]) => ({
      name: `cli-${name}-knows-its-neighbours`,
      comment: "Between the folders of the command line only what the table above allows: no circles.",
      severity: "error",
      from: { path: `${cli}${name}/`, pathNot: test },
      to: { path: cli, pathNot: [name, ...known].map((folder) => `${cli}${folder}/`).concat(`${cli}context[.]ts$`) },
    })),
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
