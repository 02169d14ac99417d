/**
 * The version of the rules: raised whenever `transition` gives another result for an old log. Runs that are resumed by
 * another version of this package would otherwise be decided differently without anybody noticing. See `rule-book.ts`,
 * which keeps the old behaviour.
 */
export const rulesVersion = 1;
