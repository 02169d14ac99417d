import { closingCases } from "./closing.ts";
import { endingCases } from "./ending.ts";
import { failingCases } from "./failing.ts";
import { framingCases } from "./framing.ts";
import type { ServiceCase } from "./kit-case.ts";
import { limitCases } from "./limits.ts";
import { paceCases } from "./pace.ts";
import { rawFinishCases } from "./raw-finish.ts";
import { refusalCases } from "./refusals.ts";
import { remedyCases } from "./remedies.ts";
import { secretCases } from "./secrets.ts";
import { sendingCases } from "./sending.ts";
import { strangerCases } from "./strangers.ts";
import { toolCallCases } from "./tool-calls.ts";
import { usageCases } from "./usage.ts";
import { wholenessCases } from "./wholeness.ts";

/** Every case that plays the service, by promise. */
export const serviceCases: readonly ServiceCase[] = [
  ...sendingCases,
  ...endingCases,
  ...rawFinishCases,
  ...closingCases,
  ...wholenessCases,
  ...framingCases,
  ...failingCases,
  ...refusalCases,
  ...remedyCases,
  ...secretCases,
  ...usageCases,
  ...toolCallCases,
  ...paceCases,
  ...limitCases,
  ...strangerCases,
];
