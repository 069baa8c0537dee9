// Whether Superset shows the page Ask. Small and alone, because it is asked on every page of Superset.
import { applicationRoot } from "../host/page";

export function isHere(): boolean {
  return window.location.pathname.replace(/\/+$/, "") === `${applicationRoot()}/ask`;
}
