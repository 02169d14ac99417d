/** Whose runs are looked at: those of an owner, named as requests name it, or everybody's. */
export type Whose = "everybody" | { readonly owner: string | undefined };
