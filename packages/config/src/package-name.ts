/**
 * What `providers` may hold: an npm package, with a subpath or without, or a file by a path that begins with `./`,
 * `../` or `/`.
 */
export const packageNamePattern = /^(\.{0,2}\/.*[^/\s]|(@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*(\/[\w.~-]+)*)$/;

/** How many packages a file may name: each is looked for and loaded before the rest can be checked. */
export const maxPackages = 100;
