import { z } from "zod";
import { agentSchema } from "./agent-schema.ts";
import { section } from "./fields.ts";
import { ignoredTopLevelKeys } from "./known-keys.ts";
import { maxPackages, packageNamePattern } from "./package-name.ts";
import { serverSchema, topOptionShape } from "./server/server-schema.ts";
import { orchestratorSchema, timeoutSchema } from "./team-schema.ts";
import { teamsShape } from "./teams-schema.ts";

const packageName = "must be the name of an npm package, or a file's path that begins with ./";

const storeKey = "must be 32 bytes in base64 (`openssl rand -base64 32` makes one)";

/** The keys of the top level, apart from ignored ones. */
export const topLevelShape = {
  $schema: z.string({ error: "must be text" }).nullish().meta({ description: "Where editors find this schema." }),
  agents: z
    .array(agentSchema, { error: "must be a list of agents, each with an `id` and a `backend`" })
    .min(1, { error: "must hold at least one agent" })
    .nullish()
    .meta({ description: "The members of the team, or of all `teams`." }),
  agent: agentSchema.nullish().meta({ description: "The only member, instead of `agents`." }),
  ...teamsShape,
  orchestrator: orchestratorSchema.nullish().meta({ description: "How the team decides." }),
  timeout_settings: timeoutSchema.nullish().meta({ description: "Time limits, in seconds." }),
  server: serverSchema
    .nullish()
    .meta({ description: "The HTTP server. Flags and MASSGEN_SERVER_* variables win over it." }),
  ...topOptionShape,
  store_keys: z
    .array(z.string({ error: storeKey }), { error: "must be a list of keys" })
    .nullish()
    .meta({
      description:
        "Keys that seal what a store keeps on disk, 32 bytes in base64 each. The first seals, all open. Without any, nothing is sealed.",
    }),
  providers: z
    .array(
      z.string({ error: "must be the name of an npm package" }).regex(packageNamePattern, { error: packageName }),
      {
        error: "must be a list of npm package names",
      },
    )
    .max(maxPackages, { error: `must hold at most ${maxPackages} packages` })
    .nullish()
    .meta({
      description:
        "npm packages that add backend types, found from this file's folder, the working directory, or massgen's own installation; or files, by paths that begin with ./",
    }),
};

/** A configuration file as written, with its variables filled in. */
export const configSchema = section("the configuration", topLevelShape, ignoredTopLevelKeys).meta({
  title: "MassGen configuration",
  description: "A team of agents and how it is served.",
  oneOf: [{ required: ["agents"] }, { required: ["agent"] }],
});

/** What {@link configSchema} accepts. */
export type WrittenConfig = z.output<typeof configSchema>;
