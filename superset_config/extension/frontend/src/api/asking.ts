// Asking a question exactly once: a second click, a lost answer, a reload in between are all the same run.
import { asProblem, type Api, newKey, type Question } from "./client";
import type { Problem } from "./problem";
import type { Run } from "../types";

const PREFIX = "analytics-agent:asking:";

/** The key of this question until it was answered for: kept by the browser's tab, so a reload sends the same one. */
export class Asking {
  private readonly underway = new Map<string, Promise<Run>>();

  constructor(private readonly api: Pick<Api, "ask" | "person">) {}

  ask(question: Question): Promise<Run> {
    const name = this.nameOf(question);
    const before = this.underway.get(name);
    if (before) return before;
    const asked = this.send(question, name).finally(() => this.underway.delete(name));
    this.underway.set(name, asked);
    return asked;
  }

  private async send(question: Question, name: string): Promise<Run> {
    const key = kept(name) ?? newKey();
    keep(name, key);
    try {
      const run = await this.api.ask(question, key);
      keep(name, null);
      return run;
    } catch (error) {
      const problem = asProblem(error);
      if (!mayHaveArrived(problem)) keep(name, null);
      throw problem;
    }
  }

  private nameOf({ question, database, continues, schema }: Question): string {
    return `${PREFIX}${this.api.person}:${JSON.stringify([question, database, continues ?? null, schema ?? null])}`;
  }
}

/** After these the service may hold the question already. */
function mayHaveArrived(problem: Problem): boolean {
  return problem.passing || problem.kind === "session" || problem.kind === "unknown" || problem.kind === "outdated";
}

function kept(name: string): string | null {
  try {
    return window.sessionStorage.getItem(name);
  } catch {
    return null; // storage is switched off
  }
}

function keep(name: string, key: string | null): void {
  try {
    if (key === null) window.sessionStorage.removeItem(name);
    else window.sessionStorage.setItem(name, key);
  } catch {
    // storage is switched off or full: a reload would ask again, nothing else is lost
  }
}
