import type { ComponentChildren, VNode } from "preact";
import { goTo } from "./address.ts";
import { useSession } from "./session.ts";

interface Props {
  /** Below the console: `runs`. */
  readonly to: string;
  readonly children: ComponentChildren;
  readonly current?: boolean;
  readonly class?: string;
}

/** A link within the console. With a modifier key it is the browser's. */
export function Link({ to, children, current = false, class: name }: Props): VNode {
  const href = useSession().base + to;
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(href);
  };
  return (
    <a href={href} class={name} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
