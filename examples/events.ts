// What the agents do meanwhile: every event as it happens, and the same events as lines for people.
import { createTeam, traceLines } from "@massgen/core";
import { model } from "@massgen/providers";

const agents = ["ada", "bob", "cyd"].map((id) => ({ id, model: model("demo") }));
const team = createTeam({ agents, coordination: { finalAnswer: "select" } });
const run = team.run({ messages: [{ role: "user", content: "Tabs or spaces?" }] });
for await (const event of run.events()) {
  for (const line of traceLines(event, "summary")) console.log(line);
  if (event.type === "run-finished") console.log(`${event.seq + 1} events in the log, ${event.result.status}`);
}
