import { parseArgs } from "node:util";
import { paced, startUpstream } from "@massgen/upstream";
import { addressFaults } from "./faults/addresses.ts";
import { faults } from "./faults/all.ts";
import { behaviourOf, healthyAnswer, inWords } from "./faulty-model.ts";
import { phases } from "./faults/fault.ts";

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        fault: { type: "string" },
        phase: { type: "string" },
        model: { type: "string" },
        port: { type: "string", default: "0" },
        events: { type: "string", default: "3" },
        "first-ms": { type: "string", default: "0" },
        "every-ms": { type: "string", default: "0" },
        list: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { values } = readArguments();

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse(`--port takes a port, not "${values.port}".`);
if (values.phase !== undefined && !phases.some((phase) => phase === values.phase)) {
  refuse(`--phase takes ${phases.join(", ")}; not "${values.phase}".`);
}
function wholeNumber(flag: "events" | "first-ms" | "every-ms"): number {
  const value = Number(values[flag]);
  if (!Number.isInteger(value) || value < 0) refuse(`--${flag} takes a whole number, not "${values[flag]}".`);
  return value;
}

const chunks = wholeNumber("events");
const pace = { firstMs: wholeNumber("first-ms"), everyMs: wholeNumber("every-ms") };
const fault = faults.find(({ name }) => name === values.fault);
const address = addressFaults.find(({ name }) => name === values.fault);

if (address !== undefined && (values.phase ?? values.model) !== undefined) {
  refuse(
    `"${address.name}" lies in an address: who is given it meets it, in every phase. It takes no --phase and no --model.`,
  );
}
if (fault !== undefined && values.phase !== undefined && !fault.phases.some((phase) => phase === values.phase)) {
  refuse(`"${fault.name}" can happen in ${fault.phases.join(", ")}; not in "${values.phase}".`);
}

if (values.list) {
  for (const { name, phases: where } of faults) console.log(`${name} (${where.join(", ")})`);
  for (const { name } of addressFaults) console.log(`${name} (an address)`);
} else if (address !== undefined) {
  console.log((await address.open()).origin);
} else if (fault === undefined && values.fault !== undefined) {
  refuse(`There is no fault "${values.fault}"; --list names them all.`);
} else {
  const lab = await startUpstream(
    (call) => {
      const hit =
        (values.model === undefined || values.model === call.model) &&
        (values.phase === undefined || values.phase === call.phase) &&
        fault?.phases.includes(call.phase);
      const healthy = { ...healthyAnswer(call, [], fault?.draftChars), chunks };
      return hit ? behaviourOf(call, healthy, fault) : paced(inWords(call, healthy), pace);
    },
    { port },
  ).catch((error: NodeJS.ErrnoException) => refuse(`Cannot listen on port ${port} (${error.code ?? error.message}).`));
  console.log(lab.url);
}
