// A team of models: they draft in parallel, vote, and the winner answers.
// With keys in the environment: agents: [openai("gpt-4o"), claude("claude-sonnet-4-5"), gemini("gemini-2.5-flash")].
import { createTeam } from "@massgen/core";
import { model } from "@massgen/providers";

const team = createTeam({ agents: [model("demo"), model("demo"), model("demo")] });
const { text, receipt } = await team.run({ messages: [{ role: "user", content: "Why is the sky blue?" }] }).answer();
console.log(text);
console.log(`${receipt.winner} won: ${receipt.outcome}, ${receipt.calls.made} calls`);
