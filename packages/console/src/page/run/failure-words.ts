/** A failure in one clause: what the provider said, or else its kind. */
export function failureWords({ code, message }: { readonly code: string; readonly message: string }): string {
  return message.trim() === "" ? code.replaceAll("-", " ") : message.trim();
}
