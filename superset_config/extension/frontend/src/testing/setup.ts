// What browsers have and jsdom has not.
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { lab } from "./superset";

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
Element.prototype.scrollIntoView = () => undefined;
window.matchMedia ??= (query: string) => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {}, addListener() {}, removeListener() {}, onchange: null, dispatchEvent: () => false }) as MediaQueryList;

beforeEach(() => {
  lab.reset();
  window.sessionStorage.clear();
});
afterEach(cleanup);
