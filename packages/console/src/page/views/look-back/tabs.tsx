import type { VNode } from "preact";
import { useRef } from "preact/hooks";

/** One of several views of the same thing. */
export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly show: () => VNode | null;
}

interface Props {
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly choose: (id: string) => void;
  readonly label: string;
}

/** Tabs as a keyboard knows them: arrows, Home and End move, and only the chosen one is in the order of Tab. */
export function Tabs({ tabs, chosen, choose, label }: Props): VNode {
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    tabs.findIndex(({ id }) => id === chosen),
  );
  const move = (event: KeyboardEvent): void => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    choose(tab.id);
    list.current?.querySelector<HTMLElement>(`#tab-${tab.id}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ id, name }, place) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={place === at}
            aria-controls={`panel-${id}`}
            tabIndex={place === at ? 0 : -1}
            onClick={() => choose(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div
        class="panel"
        role="tabpanel"
        id={`panel-${tabs[at]?.id}`}
        aria-labelledby={`tab-${tabs[at]?.id}`}
        tabIndex={-1}
      >
        {tabs[at]?.show()}
      </div>
    </>
  );
}
