// Superset's theme as our custom properties: the host's own surfaces, lines and accent, and text that is legible on them.
import { type CSSProperties, useEffect, useState } from "react";
import { theme as host } from "@apache-superset/core";

export interface Tokens {
  colorBgContainer?: string;
  colorBgElevated?: string;
  colorBorderSecondary?: string;
  colorPrimary?: string;
  fontFamily?: string;
  fontFamilyCode?: string;
  borderRadius?: number;
}

interface Palette {
  [property: string]: string;
}

const LIGHT: Palette = {
  text: "#1F2A33", second: "#52606C", third: "#5F6C78", line: "#E3E8EC", hair: "#EEF2F4", surface: "#F6F8F9",
  good: "#24794F", "good-back": "#ECF7F1", need: "#8A5A00", "need-back": "#FFF8E6", "need-line": "#F1DCA3",
  bad: "#C23B2A", "bad-back": "#FDF1EF", "bad-line": "#F3C9C2", literal: "#A3431F",
  shadow: "0 6px 20px rgba(20,34,46,.14), 0 1px 4px rgba(20,34,46,.10)",
};
const DARK: Palette = {
  text: "#E6EBEF", second: "#B3BDC6", third: "#98A4AF", line: "#343A40", hair: "#2A2F34", surface: "#1B1F22",
  good: "#67C597", "good-back": "#173026", need: "#E6BE5C", "need-back": "#2F2815", "need-line": "#574720",
  bad: "#F08A78", "bad-back": "#33201D", "bad-line": "#5E332C", literal: "#F0A080",
  shadow: "0 8px 24px rgba(0,0,0,.55), 0 0 0 1px #343A40",
};
const SUPERSET_ACCENT = "#2893B3";
const SMALL_TEXT = 4.5;

/** --aa-text, --aa-line, … for a host's tokens. Every text color keeps 4.5:1 on the host's background, whatever that is. */
export function properties(tokens: Tokens): CSSProperties {
  const back = hex(tokens.colorBgContainer, "#FFFFFF");
  const dark = luminance(back) < 0.2;
  const chosen: Palette = { ...(dark ? DARK : LIGHT), back, ...accents(hex(tokens.colorPrimary, SUPERSET_ACCENT), back, dark) };
  for (const name of ["text", "second", "third", "good", "need", "bad", "literal"]) chosen[name] = legible(chosen[name], back, SMALL_TEXT);
  chosen.raised = hex(tokens.colorBgElevated, back);
  chosen.scheme = dark ? "dark" : "light";
  chosen.font = tokens.fontFamily ?? "Inter, Helvetica, Arial, sans-serif";
  chosen.code = `"Fira Code", ${tokens.fontFamilyCode ?? "monospace"}, monospace`;
  return Object.fromEntries(Object.entries(chosen).map(([name, value]) => [`--aa-${name}`, value])) as CSSProperties;
}

/** The host's own accent, and what of it can carry text. STYLE's values are those of Superset's accent. */
function accents(primary: string, back: string, dark: boolean): Palette {
  const own = primary.toUpperCase() === SUPERSET_ACCENT;
  const accent = own && dark ? "#4CB5D4" : legible(primary, back, 3);
  return {
    accent,
    button: own ? "#1F7F9C" : legible(primary, "#FFFFFF", SMALL_TEXT),
    link: own ? (dark ? "#6CC5DF" : "#136F8B") : legible(primary, back, 5.5),
    selected: own ? (dark ? "#17313A" : "#EAF5F8") : mixed(accent, back, 0.12),
    "selected-line": own ? (dark ? "#275868" : "#B9DDE8") : mixed(accent, back, 0.36),
    bar: own ? (dark ? "#3A4A52" : "#BFD9E2") : mixed(accent, back, 0.3),
  };
}

/** The color itself, or the nearest darker or lighter one with that contrast. */
export function legible(color: string, back: string, ratio: number): string {
  const toward = luminance(back) < 0.2 ? "#FFFFFF" : "#000000";
  for (let part = 0; part < 1; part += 0.05) {
    const tried = mixed(toward, color, part);
    if (contrast(tried, back) >= ratio) return tried;
  }
  return toward;
}

export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** `part` of the first color over the second. */
function mixed(color: string, back: string, part: number): string {
  const under = channels(back);
  return `#${channels(color).map((value, at) => Math.round(value * part + under[at] * (1 - part)).toString(16).padStart(2, "0")).join("")}`.toUpperCase();
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
}

/** A token as #RRGGBB; tokens may be short hex or rgb(). What is neither is the other color. */
function hex(token: string | undefined, otherwise: string): string {
  const text = (token ?? "").trim();
  if (/^#[0-9a-f]{6}$/i.test(text)) return text;
  if (/^#[0-9a-f]{3}$/i.test(text)) return `#${[...text.slice(1)].map((digit) => digit + digit).join("")}`;
  const solid = /^rgba?\(\s*(\d+)[ ,]+(\d+)[ ,]+(\d+)\s*(?:[,/]\s*1(?:\.0*)?\s*)?\)$/.exec(text);
  return solid ? `#${solid.slice(1, 4).map((value) => Number(value).toString(16).padStart(2, "0")).join("")}` : otherwise;
}

type Listener = () => void;
const listeners = new Set<Listener>();
let watched: object | null = null;

/** Our custom properties, following the host from light to dark and back. Spread them into the style of the outermost element.

A second SupersetThemeProvider would take the host's own updates away from it, so changes are heard where the theme is set. */
export function useTheme(): CSSProperties {
  const [tokens, take] = useState<Tokens>(current);
  useEffect(() => {
    const hear = () => take(current());
    listeners.add(hear);
    watch();
    hear();
    return () => void listeners.delete(hear);
  }, []);
  return properties(tokens);
}

function current(): Tokens {
  return { ...(host?.themeObject?.theme as Tokens | undefined) };
}

function watch(): void {
  const themed = host?.themeObject;
  if (!themed || watched === themed) return;
  watched = themed;
  const set = themed.setConfig.bind(themed);
  themed.setConfig = (config) => {
    set(config);
    for (const hear of listeners) hear();
  };
}

/** Adds a style sheet to the page, once. */
export function useStyles(name: string, css: string): void {
  useState(() => {
    const id = `analytics-agent-${name}`;
    const sheet = document.getElementById(id) ?? document.head.appendChild(Object.assign(document.createElement("style"), { id }));
    if (sheet.textContent !== css) sheet.textContent = css;
    return id;
  });
}
