// While a question is being answered: what it costs so far, how long it has run, and a way to stop it.
import React, { useState } from "react";
import { Icon } from "../answer/icon";
import { money } from "../answer/numbers";
import { progress } from "../answer/steps";
import { asProblem } from "../api/client";
import { type Followed, useApi, useNow } from "../api/provider";
import type { Run } from "../types";

export function RunBar({ run, followed }: { run: Run; followed: Followed }) {
  const api = useApi();
  const now = useNow(true);
  const [stopping, setStopping] = useState(false);
  const [trouble, setTrouble] = useState("");
  const { costUsd } = progress(followed.events);
  const limit = run.budget?.usd ?? null;
  const seconds = Math.max(0, Math.round((now - Date.parse(run.asked_at)) / 1000)) || 0;
  const stop = async () => {
    setStopping(true);
    setTrouble("");
    try {
      followed.reload(await api.cancel(run.id));
    } catch (error) {
      const problem = asProblem(error);
      if (problem.kind === "conflict") followed.reload(); // it had ended just before
      else setTrouble(problem.title);
      setStopping(false);
    }
  };
  return (
    <div className="aa-runbar">
      <div>
        <p>
          {costUsd ? `${money(costUsd)} so far` : "No cost so far"}
          <span>{[limit === null ? "" : `limit ${money(limit)}`, `${seconds} s`].filter(Boolean).join(" · ")}</span>
        </p>
        {limit !== null && (
          <div className="aa-bar" role="meter" aria-label="Part of the budget used" aria-valuemin={0} aria-valuemax={limit} aria-valuenow={Math.min(costUsd, limit)}>
            <i style={{ width: `${Math.min(100, (costUsd / limit) * 100)}%` }} />
          </div>
        )}
        {trouble && (
          <span className="aa-wrong" role="alert">
            {trouble}
          </span>
        )}
      </div>
      <button type="button" className="aa-button aa-danger" disabled={stopping} onClick={() => void stop()}>
        <Icon name="stop" size={13} />
        {stopping ? "Stopping …" : "Stop"}
      </button>
    </div>
  );
}
