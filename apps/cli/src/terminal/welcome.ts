/** What `massgen` says by itself to a person: what it is, and what to type. Fits 60 columns. */
export const welcome = `MassGen puts a team of language models behind one endpoint.

  massgen init              make a team of your models
  massgen run "question"    ask it, and watch it decide
  massgen chat              talk with it, turn by turn
  massgen serve             serve it to OpenAI clients

Without a key: massgen run --demo "What is 25 * 4?"
All commands: massgen --help
`;
