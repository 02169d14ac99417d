import { parseArgs } from "node:util";
import { agreeableTeam } from "./agreeable-team.ts";
import { startUpstream } from "./upstream.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "first-ms": { type: "string", default: "0" },
    "every-ms": { type: "string", default: "0" },
    events: { type: "string", default: "10" },
  },
});

function wholeNumber(flag: keyof typeof values): number {
  const value = Number(values[flag]);
  if (Number.isInteger(value) && value >= 0) return value;
  console.error(`--${flag} takes a whole number, not "${values[flag]}".`);
  process.exit(2);
}

const firstMs = wholeNumber("first-ms");
const everyMs = wholeNumber("every-ms");
const script = agreeableTeam(wholeNumber("events"), firstMs + everyMs > 0 ? { firstMs, everyMs } : undefined);
const upstream = await startUpstream(script, { port: wholeNumber("port") });
console.log(upstream.url);
