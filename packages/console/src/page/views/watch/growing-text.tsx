import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { appendLines, writeLines } from "./lines.ts";
import { tailStart } from "./tail-start.ts";

interface Props {
  readonly text: string;
  readonly class?: string;
  /** Only the end is to be seen: the beginning is left out, so that long texts grow as lightly as short ones. */
  readonly tail?: boolean;
}

/**
 * Text that grows at its end. Only what is new is put into the page, as text: what models and users wrote is never read
 * as HTML.
 */
export function GrowingText({ text, class: name = "words", tail = false }: Props): VNode {
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef({ text: "", start: 0 });
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const before = shown.current;
    const start = tail ? tailStart(text, before.start) : 0;
    if (start === before.start && before.text !== "" && text.startsWith(before.text)) {
      appendLines(element, text.slice(before.text.length));
    } else writeLines(element, text.slice(start));
    shown.current = { text, start };
  }, [text, tail]);
  return <div class={name} dir="auto" ref={place} />;
}
