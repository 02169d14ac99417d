import type { Reader } from "../reader.ts";
import { answerReaders } from "./answers.ts";
import { callReaders } from "./calls.ts";
import { configReaders } from "./config.ts";
import { errorReaders } from "./errors.ts";
import { requestReaders } from "./requests.ts";
import { responseReaders } from "./responses.ts";
import { streamReaders } from "./streams.ts";
import { toolCallReaders } from "./tool-calls.ts";

/** Everything that reads foreign text. */
export const readers: readonly Reader[] = [
  ...errorReaders,
  ...streamReaders,
  ...responseReaders,
  ...toolCallReaders,
  ...callReaders,
  ...answerReaders,
  ...requestReaders,
  ...configReaders,
];
