// Where the parts of the house are, and which packages and folders know which: for .dependency-cruiser.cjs.

const test = "[.]test[.]ts$|/(test|e2e|fixtures)/";
const core = "^packages/core/src/";
const model = `${core}model/`;
const errors = `${core}errors[.]ts$`;
const cutJson = `${core}cut-json[.]ts$`;
const exactJson = `${core}exact-json[.]ts$`;
const clock = `${core}clock[.]ts$`;
const tokenEstimate = `${core}token-estimate[.]ts$`;
const limiter = `${core}limiter[.]ts$`;
const pricing = `${core}pricing[.]ts$`;
const coordination = `${core}coordination/`;
const server = "^packages/server/src/";
const wires = `${server}wires/`;
const cli = "^apps/cli/src/";
const kit = "^packages/provider-kit/src/";
/** The page, which is built to files: what it is made of is in them. */
const page = "^packages/console/(src/page/|[^/]*[.]config[.]ts$)";
/** Code of this workspace, as opposed to npm packages and Node's own modules. */
const ours = "^(packages|apps|tooling)/";

/** An npm package by name, where pnpm keeps it. */
const npm = (name) => `(^|/)node_modules/${name}(/|$)`;

/** What a wire imports. */
const wiresKnow = [
  wires,
  `${server}problem[.]ts$`,
  `${server}runs/(engine|metadata|size-of|trace-phase|usage|whole-text)[.]ts$`,
  `${core}index[.]ts$`,
  `${model}index[.]ts$`,
  npm("zod"),
];

/**
 * What the packages import of each other. Core knows nobody. The server is given an engine, a configuration names
 * models: where these come from is the host's business. A provider is written against the model and the kit, ours like
 * anybody's.
 */
const neighbours = {
  console: [`${core}index[.]ts$`],
  config: [`${core}index[.]ts$`, `${model}index[.]ts$`, `${core}testing/index[.]ts$`],
  "provider-kit": [`${model}index[.]ts$`],
  runs: [`${core}index[.]ts$`, `${core}run/replay[.]ts$`, `${core}testing/index[.]ts$`],
  postgres: [`${core}index[.]ts$`, `${core}testing/index[.]ts$`, `^packages/runs/src/(parts/|testing/)?index[.]ts$`],
  providers: [`${model}index[.]ts$`, `${core}testing/index[.]ts$`, `${kit}(wire|forcing|parts)/index[.]ts$`],
  server: [`${core}(worker/)?index[.]ts$`, `${model}index[.]ts$`, "^packages/runs/src/index[.]ts$"],
};

/** What the folders of the command line import of each other. `commands` wires them. */
const cliFolders = {
  packages: [],
  teams: [],
  observability: ["packages", "teams"],
  setup: ["packages", "teams", "observability"],
  terminal: ["teams", "setup"],
  store: ["observability", "setup"],
  runs: ["packages", "setup", "store", "terminal"],
  authoring: [],
  live: ["teams", "terminal"],
  services: ["setup", "terminal"],
  board: ["runs", "terminal"],
  asking: ["board", "runs", "setup", "teams", "terminal"],
  compare: ["runs", "setup", "teams", "terminal"],
  init: ["live", "services", "setup", "teams", "terminal"],
  commands: [
    "asking",
    "authoring",
    "board",
    "compare",
    "init",
    "live",
    "observability",
    "packages",
    "runs",
    "services",
    "setup",
    "store",
    "teams",
    "terminal",
  ],
};

/**
 * All that is installed with a package besides our own. ajv holds answers to a schema, in a worker; whoever configures
 * in code installs no YAML parser and no zod. The page is built: all that it needs is in it.
 */
const libraries = {
  console: [],
  core: ["ajv"],
  config: ["js-yaml", "zod"],
  postgres: ["pg", "pg-boss"],
  "provider-kit": ["eventsource-parser"],
  server: ["express", "zod"],
};

/** How dependency-cruiser reads modules. */
const reading = {
  // With swc type-only imports are seen as such without tsPreCompilationDeps, which wants a TypeScript below 7.
  parser: "swc",
  doNotFollow: { path: "node_modules" },
  exclude: { path: "^(packages|apps)/[^/]+/dist/" },
  enhancedResolveOptions: {
    exportsFields: ["exports"],
    conditionNames: ["massgen-source", "import", "node", "default", "types"],
    extensions: [".ts", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
  },
};

module.exports = {
  test,
  core,
  model,
  errors,
  cutJson,
  exactJson,
  clock,
  tokenEstimate,
  limiter,
  pricing,
  coordination,
  server,
  wires,
  wiresKnow,
  cli,
  kit,
  page,
  ours,
  npm,
  neighbours,
  cliFolders,
  libraries,
  reading,
};
