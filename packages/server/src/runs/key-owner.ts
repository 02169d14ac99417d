/** Marks owners that are names, so that no name is taken for a digest. */
const named = "name:";

/** Whose runs those of a named key are. Keys of one name own their runs together. */
export function ownerOfName(name: string): string {
  return `${named}${name}`;
}

/** The name of an owner; undefined if its key has none. */
export function nameOfOwner(owner: string | undefined): string | undefined {
  return owner?.startsWith(named) === true ? owner.slice(named.length) : undefined;
}
