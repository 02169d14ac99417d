import { z } from "zod";
import { dollars, section } from "../fields.ts";

/** The name of a key: short, so that a key in its place is refused. */
export const keyNamePattern = /^(?!sk-|key_|anonymous$)[A-Za-z][\w.-]{0,31}$/;

/** What {@link keyNamePattern} asks for, in two sentences. */
export const keyNameForm =
  "A name begins with a letter, and has up to 32 letters, digits, dots, hyphens and underscores. It is not anonymous, and does not begin with key_ or sk-.";

/** A key as clients can send it. */
export const keyPattern = /^[\x21-\x7e]+$/;

/** The most keys of a file. */
const mostKeys = 1000;

/** A key that lets clients in. */
export interface ClientKey {
  /** Keys of one name share what their runs keep. */
  readonly name: string;
  /** A secret. */
  readonly key: string;
  /** The teams that it may use, its default first; absent for all. */
  readonly teams?: readonly string[];
  /** Dollars that the runs of this name may cost in a day, in UTC; absent for any number. */
  readonly maxUsdPerDay?: number;
}

const nameError = "must be a name of letters, digits, dots, - and _ that begins with a letter; keep keys out of it";
const keyError = "must be text of ASCII characters without spaces, preferably ${VARIABLE}";
const teamsError = "must be a list of teams' names";

/** The keys of an entry. */
export const clientKeyShape = {
  name: z.string({ error: nameError }).regex(keyNamePattern, { error: nameError }).meta({
    description: "Whose key it is: in the log, and as the owner of kept runs. Several keys may share a name.",
  }),
  key: z
    .string({ error: keyError })
    .regex(keyPattern, { error: keyError })
    .meta({ description: "The key, preferably as ${VARIABLE}." }),
  max_usd_per_day: dollars({
    description:
      "The most dollars that the runs of this name may cost in a day (UTC), all its keys together. The price of every agent's model must be known.",
  }),
  teams: z
    .array(z.string({ error: "must be the name of a team" }), { error: teamsError })
    .min(1, { error: "must hold at least one team; leave it out for all teams" })
    .nullish()
    .meta({ description: "The teams that it may use; the first is its default. Default: all." }),
};

export const clientKeysSchema = z
  .array(section("`name`, `key`, `teams` and `max_usd_per_day`", clientKeyShape), {
    error: "must be a list of keys, each with a `name`",
  })
  .max(mostKeys, { error: `must hold at most ${mostKeys} keys` })
  .nullish()
  .meta({ description: "Keys that let clients in, besides those of api_key_file and MASSGEN_SERVER_API_KEY." });
