// Ending a run: cancel(), a signal, or leaving its loop. Every call that is out is aborted.
import { createTeam, MassgenError } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";

const slow = scriptedModel(() => ({ text: "too late", after: new Promise(() => {}) }));
const run = createTeam({ agents: [slow, slow] }).run({ messages: [{ role: "user", content: "Take your time." }] });
for await (const event of run.events()) {
  if (event.type === "draft-started") run.cancel();
  if (event.type === "run-finished") console.log(event.result.status);
}
await run.answer().catch((error: unknown) => {
  if (MassgenError.isInstance(error)) console.log(`${error.code}: ${error.message}`);
});
