// Readers may come at any time and read at any pace: each gets everything, and none slows the run.
import { createTeam } from "@massgen/core";
import { model } from "@massgen/providers";

const team = createTeam({ agents: [model("demo"), model("demo")] });
const run = team.run({ messages: [{ role: "user", content: "Anybody there?" }] });
const { text } = await run.answer();

let late = "";
for await (const event of run.events()) if (event.type === "content-delta") late += event.text;
console.log(late === text ? "The late reader has the whole answer." : "Something is missing.");

// One who was there before goes on where it stopped.
for await (const event of run.events({ from: 3 })) {
  if (event.seq !== undefined) console.log(event.seq, event.type);
}
