import { behaviourOf, faults, healthyAnswer } from "@massgen/fault-lab";
import { startUpstream } from "@massgen/upstream";
import { seededNumbers } from "./figures.ts";

// node soak-upstream.ts <share> <seed>: a model of which this share (0 to 1) of the calls goes wrong, in every way
// known in turns.
const [share = "", seed = ""] = process.argv.slice(2);
const next = seededNumbers(Number(seed));
// Faults that cost much work are a load of their own.
const mixed = faults.filter(({ pace }) => pace !== "heavy");

const lab = await startUpstream(
  (call) => {
    const possible = mixed.filter(({ phases }) => phases.includes(call.phase));
    const fault = next() < Number(share) ? possible[Math.floor(next() * possible.length)] : undefined;
    return behaviourOf(call, healthyAnswer(call, []), fault);
  },
  { remembers: "open" },
);
console.log(lab.url);
