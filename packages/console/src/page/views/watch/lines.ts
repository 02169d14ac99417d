/**
 * Adds text to the end of an element that holds a block for each line. A browser lays out the last block anew, and none
 * of those before.
 */
export function appendLines(element: HTMLElement, text: string): void {
  for (const line of text.match(/[^\n]*\n|[^\n]+/g) ?? []) {
    const last = element.lastElementChild?.firstChild;
    if (last instanceof Text && !last.data.endsWith("\n")) last.appendData(line);
    else {
      const block = document.createElement("div");
      block.append(line);
      element.append(block);
    }
  }
}

/** Replaces the text of an element. */
export function writeLines(element: HTMLElement, text: string): void {
  element.replaceChildren();
  appendLines(element, text);
}
