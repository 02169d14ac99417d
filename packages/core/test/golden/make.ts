import { goldenRuns } from "./golden-runs.ts";
import { goldenFolder, writeGolden } from "./golden-log.ts";

// node packages/core/test/golden/make.ts: keeps the logs of golden-runs.ts that are not there yet for the present
// number of the rules. It never overwrites one: what an old log comes to is what the number stands for.

const made = Object.entries(goldenRuns).filter(([name, run]) => {
  const { state, facts } = run();
  return writeGolden(name, state.setup, facts);
});
console.log(`${made.length} logs written to ${goldenFolder}`);
