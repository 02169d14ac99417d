import type { RunEvent } from "@massgen/core";
import type { ComponentChildren, VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { marksOf } from "../../run/marks.ts";
import type { RunState } from "../../run/run-state.ts";
import type { RunAccount } from "../../server/run-item.ts";
import { StatusBar, WatchRoom } from "../watch/watch-room.tsx";
import { Ballots } from "./ballots.tsx";
import { Compare } from "./compare.tsx";
import { EventList } from "./event-list.tsx";
import { QuestionHead } from "./question-head.tsx";
import { ReceiptTable } from "./receipt-table.tsx";
import { Tabs, type Tab } from "./tabs.tsx";
import { Timeline } from "./timeline.tsx";

interface Props {
  readonly account: RunAccount;
  readonly state: RunState;
  readonly heardAt: number;
  /** Those with a number, in order. */
  readonly events: readonly RunEvent[];
  readonly trouble?: string | undefined;
  readonly actions?: ComponentChildren;
}

/** All that is to be seen of one run: the table, and behind tabs what it is made of. */
export function RunSheet({ account, state, heardAt, events, trouble, actions }: Props): VNode {
  const [chosen, setChosen] = useState("table");
  const ids = state.seats.map(({ id }) => id).join("\n");
  const marks = useMemo(() => marksOf(ids.split("\n")), [ids]);
  const tabs: readonly Tab[] = [
    { id: "table", name: "Table", show: () => <WatchRoom state={state} marks={marks} heardAt={heardAt} /> },
    { id: "timeline", name: "Timeline", show: () => <Timeline state={state} marks={marks} /> },
    { id: "compare", name: "Compare", show: () => <Compare state={state} /> },
    { id: "ballots", name: "Ballots", show: () => <Ballots state={state} account={account} marks={marks} /> },
    { id: "receipt", name: "Receipt", show: () => <ReceiptTable state={state} /> },
    { id: "events", name: "Events", show: () => <EventList events={events} /> },
  ];
  return (
    <div class="run-sheet">
      <QuestionHead account={account} />
      <StatusBar state={state} heardAt={heardAt} trouble={trouble} actions={actions} />
      <Tabs tabs={tabs} chosen={chosen} choose={setChosen} label="Run" />
    </div>
  );
}
