/** Runs that no client asked for: kept for history only. */
export const history = `
  alter table massgen.run add column history_only int not null default 0;
`;
