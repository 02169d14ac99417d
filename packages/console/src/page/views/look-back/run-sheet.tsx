import type { RunEvent } from "@massgen/core";
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import type { RunState } from "../../run/run-state.ts";
import type { RunAccount } from "../../server/run-item.ts";
import { StatusBar, WatchRoom } from "../watch/watch-room.tsx";
import { QuestionHead } from "./question-head.tsx";
import { Tabs, type Tab } from "./tabs.tsx";

interface Props {
  readonly account: RunAccount;
  readonly state: RunState;
  readonly heardAt: number;
  readonly events?: readonly RunEvent[];
  readonly trouble?: string | undefined;
  readonly actions?: ComponentChildren;
}

/** All that is to be seen of one run: the table, and behind tabs what it is made of. */
export function RunSheet({ account, state, heardAt, trouble, actions }: Props): VNode {
  const [chosen, setChosen] = useState("table");
  const tabs: readonly Tab[] = [
    { id: "table", name: "Table", show: () => <WatchRoom state={state} heardAt={heardAt} /> },
  ];
  return (
    <div class="run-sheet">
      <QuestionHead account={account} />
      <StatusBar state={state} heardAt={heardAt} trouble={trouble} actions={actions} />
      <Tabs tabs={tabs} chosen={chosen} choose={setChosen} label="Run" />
    </div>
  );
}
