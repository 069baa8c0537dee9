// Superset as the tests see it: a SQL Lab with tabs and an editor, a token, a theme. The names are those of `window.superset`.
type Listener<T> = (value: T) => void;

class Emitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>) => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
  get count(): number {
    return this.listeners.size;
  }
}

export interface FakeTab {
  id: string;
  title: string;
  databaseId: number;
  catalog: string | null;
  schema: string | null;
  sql: string;
}

const active = new Emitter<unknown>();
const database = new Emitter<number>();
const schema = new Emitter<string>();
const created = new Emitter<unknown>();
const closed = new Emitter<unknown>();

/** What a test sets up and looks at. */
export const lab = {
  tabs: [] as FakeTab[],
  current: null as FakeTab | null,
  executed: [] as unknown[],
  token: "token-1",
  reset(): void {
    Object.assign(lab, { tabs: [], current: null, executed: [], token: "token-1" });
  },
  open(tab: Partial<FakeTab> = {}): FakeTab {
    const made = { id: `t${lab.tabs.length + 1}`, title: "Untitled", databaseId: 1, catalog: null, schema: "public", sql: "", ...tab };
    lab.tabs.push(made);
    lab.current = made;
    created.fire(made);
    active.fire(made);
    return made;
  },
  close(): void {
    const gone = lab.current;
    lab.tabs = lab.tabs.filter((tab) => tab !== gone);
    lab.current = lab.tabs[0] ?? null;
    closed.fire(gone);
  },
  change(change: Partial<FakeTab>): void {
    if (!lab.current) return;
    Object.assign(lab.current, change);
    if (change.databaseId !== undefined) database.fire(change.databaseId);
    if (change.schema !== undefined) schema.fire(change.schema ?? "");
  },
  listeners: () => active.count + database.count + schema.count + created.count + closed.count,
};

function tabOf(tab: FakeTab) {
  return { ...tab, panels: [], getEditor: async () => ({ getValue: () => tab.sql, setValue: (sql: string) => void (tab.sql = sql), focus: () => undefined }) };
}

export const sqlLab = {
  getCurrentTab: () => (lab.current ? tabOf(lab.current) : undefined),
  getTabs: () => lab.tabs.map(tabOf),
  getDatabases: () => [{ id: 1, name: "flights" }, { id: 2, name: "other" }],
  createTab: async (tab: Partial<FakeTab>) => tabOf(lab.open(tab)),
  executeQuery: async (options?: unknown) => {
    lab.executed.push(options);
    return "query-1";
  },
  onDidChangeActiveTab: active.event,
  onDidChangeEditorDatabase: database.event,
  onDidChangeEditorSchema: schema.event,
  onDidCreateTab: created.event,
  onDidCloseTab: closed.event,
};

export const authentication = { getCSRFToken: async () => lab.token };
export const views = { registerView: () => ({ dispose: () => undefined }) };
export const theme = {
  themeObject: {
    theme: { colorBgContainer: "#ffffff", colorPrimary: "#2893B3" },
    setConfig(config: { token: Record<string, string> }): void {
      theme.themeObject.theme = { ...theme.themeObject.theme, ...config.token };
    },
  },
};
