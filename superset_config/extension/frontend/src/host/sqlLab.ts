// SQL Lab beside us: its tab, its editor, its query. The only place that calls `sqlLab`, which may be older or newer than we know.
import { useCallback, useEffect, useState } from "react";
import { sqlLab } from "@apache-superset/core";

export interface EditorTab {
  id: string;
  database: number;
  databaseName: string | null;
  schema: string | null;
}

/** The tab that is open, following its database and schema; null without one. */
export function useEditorTab(): EditorTab | null {
  const [tab, put] = useState<EditorTab | null>(readTab);
  useEffect(() => {
    const read = () => put((before) => same(before, readTab()));
    // Superset tells of a change before it has made it.
    const soon = () => void [0, 150].forEach((pause) => window.setTimeout(read, pause));
    const heard = [sqlLab.onDidChangeActiveTab, sqlLab.onDidChangeEditorDatabase, sqlLab.onDidChangeEditorSchema, sqlLab.onDidCreateTab, sqlLab.onDidCloseTab]
      .filter((event) => typeof event === "function")
      .map((event) => (event as (listener: () => void) => { dispose(): void })(soon));
    window.addEventListener("focus", read);
    soon();
    return () => {
      window.removeEventListener("focus", read);
      for (const one of heard) one.dispose();
    };
  }, []);
  return tab;
}

function readTab(): EditorTab | null {
  const tab = sqlLab?.getCurrentTab?.();
  if (!tab || !tab.databaseId) return null;
  const known = sqlLab.getDatabases?.().find((one) => one.id === tab.databaseId);
  return { id: tab.id, database: tab.databaseId, databaseName: known?.name ?? null, schema: tab.schema };
}

function same(before: EditorTab | null, now: EditorTab | null): EditorTab | null {
  return JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

/** What SQL Lab writes into the editor of a new tab. */
const UNWRITTEN = "SELECT ...";

/** What a person wrote into the editor; "" without a tab. */
export async function editorText(): Promise<string> {
  const tab = sqlLab?.getCurrentTab?.();
  if (!tab) return "";
  try {
    const text = (await tab.getEditor()).getValue() ?? "";
    return text.trim() === UNWRITTEN ? "" : text;
  } catch {
    return ""; // the tab was closed meanwhile, or its editor is not there yet
  }
}

export interface Statement {
  sql: string;
  title: string;
  /** The database it is for, by Superset's number. */
  database: number | null;
}

export type Place = "here" | "tab";

/** Whether putting it here would take something away: then the person is asked first. */
export async function wouldOverwrite(statement: Statement): Promise<boolean> {
  const text = (await editorText()).trim();
  return text !== "" && text !== statement.sql.trim();
}

/** A statement belongs into a tab of its own when the open one is of another database, or there is none. */
export function fitsHere(statement: Statement): boolean {
  const tab = readTab();
  return tab !== null && (statement.database === null || tab.database === statement.database);
}

export async function put(statement: Statement, place: Place): Promise<void> {
  if (place === "here" && fitsHere(statement)) {
    const editor = await sqlLab.getCurrentTab()?.getEditor();
    if (editor) {
      editor.setValue(statement.sql);
      editor.focus();
      return;
    }
  }
  await sqlLab.createTab({ sql: statement.sql, title: statement.title.slice(0, 80), ...(statement.database === null ? {} : { databaseId: statement.database }) });
}

/** Runs what is in the open editor, as the person, with Superset's own rights and limits. */
export async function runEditor(sql: string): Promise<void> {
  await sqlLab.executeQuery({ sql });
}

/** Whether the editor holds text: looked at now and then, as editors of other extensions may not tell. */
export function useEditorHasText(active: boolean): boolean {
  const [has, put] = useState(false);
  const look = useCallback(() => void editorText().then((text) => put(text.trim() !== "")), []);
  useEffect(() => {
    if (!active) return undefined;
    look();
    const timer = window.setInterval(look, 2_000);
    return () => window.clearInterval(timer);
  }, [active, look]);
  return active && has;
}
