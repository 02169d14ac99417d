import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { createApi } from "../../server/api.ts";
import { keepKey, keptKey } from "../../server/key-store.ts";
import type { Mount } from "../../server/mount.ts";
import { AskView } from "../ask/ask-view.tsx";
import { RunPage } from "../look-back/run-page.tsx";
import { RunsView } from "../look-back/runs-view.tsx";
import { SumsView } from "../sums/sums-view.tsx";
import { type Place, usePlace } from "./address.ts";
import { KeyForm } from "./key-form.tsx";
import { Link } from "./link.tsx";
import { type Session, SessionContext } from "./session.ts";
import { Wordmark } from "./wordmark.tsx";

/** The console as a server serves it. */
export function Console({ mount }: { mount: Mount }): VNode {
  const [key, setKey] = useState(() => keptKey("looks"));
  const [problem, setProblem] = useState<string>();
  const place = usePlace(mount.console);
  const session = useMemo<Session>(
    () => ({
      api: createApi(mount.api, key),
      base: mount.console,
      mountApi: mount.api,
      refused(message) {
        keepKey("looks", undefined);
        setProblem(key === undefined ? undefined : message);
        setKey(undefined);
      },
    }),
    [key, mount],
  );
  const enter = (entered: string): void => {
    keepKey("looks", entered);
    setProblem(undefined);
    setKey(entered);
  };
  const leave = (): void => {
    keepKey("looks", undefined);
    keepKey("asks", undefined);
    setProblem(undefined);
    setKey(undefined);
  };
  return (
    <SessionContext.Provider value={session}>
      <header class="top">
        <Link to="" class="wordmark">
          <Wordmark />
        </Link>
        {key !== undefined && (
          <>
            <nav aria-label="Console">
              <Link to="" current={place.view === "ask"}>
                Ask
              </Link>
              <Link to="runs" current={place.view === "runs" || place.view === "run"}>
                Runs
              </Link>
              <Link to="sums" current={place.view === "sums"}>
                Sums
              </Link>
            </nav>
            <button type="button" class="plain" onClick={leave}>
              Forget key
            </button>
          </>
        )}
      </header>
      <main>
        {key === undefined ? (
          <Door problem={problem} enter={enter} />
        ) : (
          <Focused at={place.view === "run" ? place.id : place.view}>
            <View place={place} />
          </Focused>
        )}
      </main>
    </SessionContext.Provider>
  );
}

function Door({ problem, enter }: { problem: string | undefined; enter: (key: string) => void }): VNode {
  return (
    <section class="door">
      <h1>Take a seat</h1>
      <KeyForm
        label="Key of this server"
        action="Enter"
        hint="An admin's key shows all runs, a client's its own. A server without keys printed a link with one when it started. The key stays in this tab."
        problem={problem}
        enter={enter}
      />
    </section>
  );
}

function View({ place }: { place: Place }): VNode {
  switch (place.view) {
    case "ask":
      return <AskView />;
    case "runs":
      return <RunsView query={place.query} />;
    case "run":
      return <RunPage key={place.id} id={place.id} />;
    case "sums":
      return <SumsView />;
    case "nowhere":
      return (
        <section class="door">
          <h1>There is nothing here</h1>
          <p>
            <Link to="runs">All runs</Link>
          </p>
        </section>
      );
  }
}

/** Where the view changes, the keyboard and the screen reader go to its heading. */
function Focused({ at, children }: { at: string; children: VNode }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(at);
  useEffect(() => {
    if (before.current === at) return;
    before.current = at;
    scrollTo(0, 0);
    place.current?.focus({ preventScroll: true });
  }, [at]);
  return (
    <div class="view" ref={place} tabIndex={-1}>
      {children}
    </div>
  );
}
