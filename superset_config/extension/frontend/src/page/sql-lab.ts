// A statement handed over to SQL Lab in a new tab of the browser. By a form, as Superset's own pages do: an address has no room for long SQL.
import { authentication } from "@apache-superset/core";
import { applicationRoot } from "../host/page";

export async function openInSqlLab(sql: string, title: string, database: number | null): Promise<void> {
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", action: `${applicationRoot()}/sqllab/`, target: "_blank", hidden: true });
  const token = await authentication.getCSRFToken();
  const asked = { sql, name: title.slice(0, 80), ...(database === null ? {} : { dbid: database }) };
  for (const [name, value] of Object.entries({ csrf_token: token ?? "", form_data: JSON.stringify(asked) })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
