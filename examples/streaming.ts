// The answer while it is written. This loop holds the pace: the model is read as fast as the loop takes its text.
import { createTeam } from "@massgen/core";
import { model } from "@massgen/providers";

const team = createTeam({ agents: [model("demo"), model("demo")] });
const run = team.run({ messages: [{ role: "user", content: "Name a prime number." }] });
for await (const event of run) {
  if (event.type === "content-delta") process.stdout.write(event.text);
}
process.stdout.write("\n");
