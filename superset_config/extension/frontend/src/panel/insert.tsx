// SQL of an answer on its way into the editor: nothing a person wrote is overwritten without asking.
import React, { useCallback, useState } from "react";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import { Dialog } from "../parts/dialog";
import { fitsHere, type Place, put, runEditor, type Statement, wouldOverwrite } from "../host/sqlLab";

type State = { step: "asks"; statement: Statement; elsewhere: boolean } | { step: "done"; statement: Statement } | { step: "failed" } | null;

export function useInsert(): { insert(statement: Statement): void; shown: JSX.Element | null } {
  const [state, set] = useState<State>(null);
  const place = useCallback(async (statement: Statement, where: Place) => {
    try {
      await put(statement, where);
      set({ step: "done", statement });
    } catch {
      set({ step: "failed" });
    }
  }, []);
  const insert = useCallback(
    (statement: Statement) => {
      void (async () => {
        if (!fitsHere(statement)) await place(statement, "tab");
        else if (await wouldOverwrite(statement)) set({ step: "asks", statement, elsewhere: false });
        else await place(statement, "here");
      })();
    },
    [place],
  );
  const close = useCallback(() => set(null), []);
  return { insert, shown: state && <Inserting state={state} place={place} close={close} set={set} /> };
}

interface InsertingProps {
  state: NonNullable<State>;
  place(statement: Statement, where: Place): Promise<void>;
  close(): void;
  set(state: State): void;
}

function Inserting({ state, place, close, set }: InsertingProps) {
  if (state.step === "asks") {
    return (
      <Dialog title="The editor is not empty" onClose={close}>
        <div className="aa-dialog-body">
          <p>Inserting replaces what is in the editor. A new tab leaves it as it is.</p>
        </div>
        <footer>
          <button type="button" className="aa-button" onClick={close}>
            Cancel
          </button>
          <button type="button" className="aa-button" onClick={() => void place(state.statement, "here")}>
            Replace
          </button>
          <button type="button" className="aa-button aa-filled" onClick={() => void place(state.statement, "tab")}>
            Open in a new tab
          </button>
        </footer>
      </Dialog>
    );
  }
  if (state.step === "failed") {
    return (
      <div className="aa-toast" role="alert">
        <span>SQL Lab did not take the SQL. Copy it from the evidence instead.</span>
        <Dismiss close={close} />
      </div>
    );
  }
  const run = async () => {
    try {
      await runEditor(state.statement.sql);
      close();
    } catch {
      set({ step: "failed" });
    }
  };
  return (
    <div className="aa-toast" role="status">
      <span dir="auto">The SQL is in the editor: {visible(state.statement.title)}</span>
      <button type="button" className="aa-button aa-small" onClick={() => void run()}>
        <Icon name="play" size={12} />
        Run it
      </button>
      <Dismiss close={close} />
    </div>
  );
}

function Dismiss({ close }: { close(): void }) {
  return (
    <button type="button" className="aa-icon-button" aria-label="Dismiss" onClick={close}>
      <Icon name="close" size={14} />
    </button>
  );
}
