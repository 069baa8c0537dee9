// The reference behind a figure, such as difference(r1[1].delay, r1[0].delay), as a tree and in words.

export interface Condition {
  column: string;
  operator: string;
  value: string;
}
export interface Cells {
  kind: "cells";
  result: string;
  row: number | null;
  conditions: Condition[];
  column: string | null;
}
export interface Call {
  kind: "call";
  name: string;
  arguments: Expression[];
}
export type Expression = Cells | Call;

/** What words need to know of results: a column's label, and what a row is called. */
export interface Names {
  column(result: string, column: string): string;
  row(result: string, row: number): string | null;
}

const DEEPEST = 6;

/** The tree, or null for what this page cannot read: then the reference is shown as it is written. */
export function parse(source: string): Expression | null {
  const reader = new Reader(source);
  const tree = reader.expression(0);
  return tree && reader.done() ? tree : null;
}

/** Every cell reference of the tree, in the order it is written. */
export function cellsOf(tree: Expression): Cells[] {
  return tree.kind === "cells" ? [tree] : tree.arguments.flatMap(cellsOf);
}

/** "Mean departure delay, now − Mean departure delay, before": how the figure came about, for a person. */
export function inWords(tree: Expression, names: Names): string {
  return capital(tree.kind === "cells" ? cellWords(tree, names) : callWords(tree, names));
}

function cellWords(cells: Cells, names: Names): string {
  const label = cells.column === null ? `rows of ${cells.result}` : names.column(cells.result, cells.column);
  if (cells.row !== null) {
    const row = names.row(cells.result, cells.row);
    return row ? `${label}, ${row}` : label;
  }
  return cells.conditions.length ? `${label} where ${cells.conditions.map((one) => conditionWords(cells, one, names)).join(" and ")}` : label;
}

const OPERATORS: Record<string, string> = { "=": "is", "!=": "is not", "<": "is under", "<=": "is at most", ">": "is over", ">=": "is at least" };

function conditionWords(cells: Cells, condition: Condition, names: Names): string {
  return `${lowered(names.column(cells.result, condition.column))} ${OPERATORS[condition.operator] ?? condition.operator} ${condition.value}`;
}

function callWords(call: Call, names: Names): string {
  const said = call.arguments.map((argument) => (argument.kind === "cells" ? cellWords(argument, names) : bracketed(callWords(argument, names))));
  const [first = "", second = ""] = said;
  const all = said.length > 1 ? listed(said) : `all values of ${first}`;
  switch (call.name) {
    case "difference":
      return `${first} minus ${second}`;
    case "ratio":
      return `${first} divided by ${second}`;
    case "percent_change":
      return `change from ${first} to ${second}, in percent of the first`;
    case "share":
      return `${first} as a share of ${second}`;
    case "sum":
      return `sum of ${all}`;
    case "count":
      return `number of ${first}`;
    case "max":
      return `highest of ${all}`;
    case "min":
      return `lowest of ${all}`;
    case "mean":
      return `mean of ${all}`;
    case "rank":
      return `place by ${first}, the highest first`;
    case "abs":
      return `${first.replace(/^\(|\)$/g, "")}, without its sign`;
    default:
      return `${call.name} of ${listed(said)}`;
  }
}

function bracketed(words: string): string {
  return `(${words})`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A label inside a sentence: "Carrier" becomes "carrier", "SKU" stays. */
export function lowered(label: string): string {
  return /^\p{Lu}\p{Ll}/u.test(label) ? label.slice(0, 1).toLowerCase() + label.slice(1) : label;
}

/** A position in the text of one reference. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  done(): boolean {
    return !this.text.slice(this.at).trim();
  }

  expression(depth: number): Expression | null {
    const name = depth > DEEPEST ? null : this.match(/[A-Za-z]\w*/y);
    if (!name) return null;
    return this.take("(") ? this.call(name, depth) : this.cells(name);
  }

  private call(name: string, depth: number): Call | null {
    const found: Expression[] = [];
    do {
      const first = found[0];
      if (name === "rank" && first?.kind === "cells") {
        const more = this.conditions();
        if (!more) return null;
        first.conditions.push(...more);
      } else {
        const one = this.expression(depth + 1);
        if (!one) return null;
        found.push(one);
      }
    } while (this.take(","));
    return this.take(")") ? { kind: "call", name, arguments: found } : null;
  }

  private cells(result: string): Cells | null {
    const cells: Cells = { kind: "cells", result, row: null, conditions: [], column: null };
    if (this.take("[")) {
      const digits = this.match(/\d{1,9}(?=\s*\])/y);
      const conditions = digits === null ? this.conditions() : [];
      if (!conditions || !this.take("]")) return null;
      cells.row = digits === null ? null : Number(digits);
      cells.conditions = conditions;
    }
    if (this.take(".")) {
      cells.column = this.column();
      if (cells.column === null) return null;
    }
    return cells;
  }

  private conditions(): Condition[] | null {
    const found: Condition[] = [];
    do {
      const column = this.column();
      const operator = column === null ? null : this.match(/!=|<=|>=|=|<|>/y);
      const value = operator === null ? null : (this.quoted() ?? this.match(/[^,\])"]+/y));
      if (column === null || operator === null || value === null) return null;
      found.push({ column, operator, value: value.trim() });
    } while (this.take(","));
    return found;
  }

  private column(): string | null {
    return this.quoted() ?? this.match(/[\p{L}_][\p{L}\p{N}_$]*/uy);
  }

  private quoted(): string | null {
    const text = this.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y);
    return text === null ? null : text.slice(1, -1).replace(/\\(.)/g, "$1");
  }

  private match(pattern: RegExp): string | null {
    this.skip();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  private take(sign: string): boolean {
    this.skip();
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  private skip(): void {
    while (this.at < this.text.length && /\s/.test(this.text.charAt(this.at))) this.at += 1;
  }
}
