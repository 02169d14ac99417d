// An answer that keeps a JSON Schema: what breaks it is asked for again, and nothing is delivered before it fits.
import { createTeam } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";

// Stand in for openai("gpt-4o") and its like; one needs a second try.
const careful = scriptedModel(() => '{"city":"Paris","people":2100000}', { model: "careful" });
const hasty = scriptedModel((_, n) => (n === 1 ? "Paris!" : '{"city":"Paris","people":2100000}'), { model: "hasty" });
const team = createTeam({ agents: [careful, hasty] });

const schema = {
  type: "object",
  properties: { city: { type: "string" }, people: { type: "integer" } },
  required: ["city", "people"],
  additionalProperties: false,
};
const { text } = await team
  .run({
    messages: [{ role: "user", content: "The capital of France?" }],
    responseFormat: { type: "json-schema", name: "city", schema },
  })
  .answer();
const { city, people } = JSON.parse(text) as { city: string; people: number };
console.log(`${city} has ${people} people.`);
