// The team calls a tool of yours by consensus; you run it and ask again with the result.
import { createTeam, type Message } from "@massgen/core";
import { textOf } from "@massgen/core/model";
import { scriptedModel } from "@massgen/core/testing";

// Stands in for openai("gpt-4o") and its like: asks for the weather, then tells it.
const forecaster = scriptedModel(({ messages }) => {
  const result = messages.findLast(({ role }) => role === "tool");
  if (result !== undefined) return `Take an umbrella: ${textOf(result)}.`;
  return { toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Bergen"}' }] };
});
const team = createTeam({ agents: [forecaster, forecaster] });
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools = [{ name: "weather", description: "The weather in a city", parameters }];

const messages: Message[] = [{ role: "user", content: "Do I need an umbrella in Bergen?" }];
let answer = await team.run({ messages, tools }).answer();
while (answer.toolCalls.length > 0) {
  messages.push({ role: "assistant", content: answer.text, toolCalls: answer.toolCalls });
  for (const { id, name, arguments: sent } of answer.toolCalls) {
    console.log(`${name}(${sent})`);
    messages.push({ role: "tool", toolCallId: id, name, content: "rain" });
  }
  answer = await team.run({ messages, tools }).answer();
}
console.log(answer.text);
