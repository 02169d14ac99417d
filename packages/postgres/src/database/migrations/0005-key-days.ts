/** What is spent in a day, by the name of a key. */
export const keyDays = `
  create table massgen.key_day (
    key text not null,
    day date not null,
    reserved double precision not null,
    spent double precision not null,
    primary key (key, day)
  );
`;
