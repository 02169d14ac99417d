import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * Text that grows at its end. Only what is new is put into the page, as text: what models and users wrote is never read
 * as HTML.
 */
export function GrowingText({ text, class: name = "words" }: { text: string; class?: string }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef("");
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null || text === shown.current) return;
    if (shown.current !== "" && text.startsWith(shown.current)) element.append(text.slice(shown.current.length));
    else element.replaceChildren(text);
    shown.current = text;
  }, [text]);
  return <div class={name} dir="auto" ref={place} />;
}
