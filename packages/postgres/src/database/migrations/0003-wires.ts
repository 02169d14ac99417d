/** Lists filter by the wire that asked. All runs from before are responses. */
export const wires = `
  alter table massgen.run add column wire text not null default '/v1/responses';
  alter table massgen.run alter column wire drop default;
  create index run_wire on massgen.run (owner, wire, created_at desc, number desc);
`;
