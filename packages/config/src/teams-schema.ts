import { z } from "zod";
import { section } from "./fields.ts";
import { orchestratorSchema } from "./team-schema.ts";

/** The most teams and aliases of a file. */
export const mostTeams = 100;
export const mostAliases = 1000;

/** A team's name. It begins with a letter, as a mapping's keys would else not keep their order. */
export const teamNamePattern = /^[A-Za-z][\w.-]{0,63}$/;

/** The most characters of a pattern. Clients' model names are not longer either. */
export const longestPattern = 256;

const idsError = "must be a list of agents' ids";

/** The keys of a team. */
export const teamShape = {
  agents: z
    .array(z.string({ error: "must be the id of an agent" }), { error: idsError })
    .min(1, { error: "must hold at least one agent's id" })
    .meta({ description: "The ids of its agents." }),
  orchestrator: orchestratorSchema.nullish().meta({
    description: "How this team decides, where it differs from the file's `orchestrator`.",
  }),
};

const teamsError = "must be a mapping of teams by name, such as `fast: { agents: [ada] }`";

const teamsSchema = z.record(z.string(), section("`agents` and `orchestrator`", teamShape), { error: teamsError });

const aliasesSchema = z.record(z.string(), z.string({ error: "must be the name of a team" }), {
  error: "must be a mapping of model names to teams, such as `gpt-5-mini: fast`",
});

/** The top-level keys about several teams. */
export const teamsShape = {
  teams: teamsSchema.nullish().meta({
    description: "Teams by name. A client calls one as massgen/<name>. Without any, all agents are one team.",
    propertyNames: { pattern: teamNamePattern.source },
    maxProperties: mostTeams,
  }),
  default_team: z.string({ error: "must be the name of a team" }).nullish().meta({
    description: "The team that answers as massgen, and to names that mean nothing here. Default: the first.",
  }),
  aliases: aliasesSchema.nullish().meta({
    description:
      "Which team answers to other model names that clients send. A * stands for any characters; the first match wins.",
    maxProperties: mostAliases,
  }),
};
