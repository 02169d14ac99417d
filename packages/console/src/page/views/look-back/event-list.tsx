import type { RunEvent } from "@massgen/core";
import type { VNode } from "preact";
import { useState } from "preact/hooks";

/** More events than this are shown in parts. */
const inPart = 300;

/** The run's log as it is: a line for each event, and the whole of it behind that. */
export function EventList({ events }: { events: readonly RunEvent[] }): VNode {
  const [shown, setShown] = useState(inPart);
  const logged = events.filter(({ seq }) => seq !== undefined);
  if (logged.length === 0) return <p class="quiet">No event yet.</p>;
  return (
    <section class="events" data-view="events" aria-label="Events">
      <ol>
        {logged.slice(0, shown).map((event) => (
          <li key={event.seq}>
            <EventLine event={event} />
          </li>
        ))}
      </ol>
      {logged.length > shown && (
        <button type="button" onClick={() => setShown(shown + inPart)}>
          Show more of {logged.length}
        </button>
      )}
    </section>
  );
}

function EventLine({ event }: { event: RunEvent }): VNode {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span class="event-seq">{event.seq}</span>
        <span class="event-time">{(event.atMs / 1000).toFixed(2)} s</span>
        <span class="event-type">{event.type}</span>
        {"agentId" in event && <span class="event-agent">{event.agentId}</span>}
      </summary>
      {open && <pre>{JSON.stringify(event, null, 2)}</pre>}
    </details>
  );
}
