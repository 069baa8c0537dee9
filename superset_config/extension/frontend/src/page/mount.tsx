// The page's place in Superset: below its menu while the address is that of the page, gone when Superset shows something else.
import React from "react";
import ReactDOM from "react-dom";
import { isHere } from "./here";
import Page from "./page";

const ID = "analytics-agent-ask-page";

let watching = false;

/** Shows the page now, and whenever Superset comes back to its address without loading anew. */
export function mount(): void {
  if (!watching) {
    watching = true;
    followAddress(update);
  }
  update();
}

function update(): void {
  const box = document.getElementById(ID);
  if (isHere() && !box) show();
  else if (!isHere() && box) {
    ReactDOM.unmountComponentAtNode(box);
    box.remove();
  }
}

function show(): void {
  const box = Object.assign(document.createElement("div"), { id: ID });
  document.body.append(box);
  const below = () => box.style.setProperty("--ap-top", `${menuHeight()}px`);
  below();
  const menu = document.getElementById("main-menu");
  if (menu && typeof ResizeObserver !== "undefined") new ResizeObserver(below).observe(menu);
  ReactDOM.render(<Page />, box);
}

function menuHeight(): number {
  return Math.round(document.getElementById("main-menu")?.getBoundingClientRect().bottom ?? 0);
}

/** Superset changes its address without an event of the browser's. */
function followAddress(hear: () => void): void {
  window.addEventListener("popstate", hear);
  for (const name of ["pushState", "replaceState"] as const) {
    const before = window.history[name].bind(window.history);
    window.history[name] = (...given: Parameters<History["pushState"]>) => {
      before(...given);
      hear();
    };
  }
}
