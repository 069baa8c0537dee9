// Line drawings of 24 by 24, hidden from screen readers: words beside them say what they mean.
import React from "react";

const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M9 6l6 6-6 6",
  database: "M4.5 5.5c0-1.5 3.4-2.8 7.5-2.8s7.5 1.3 7.5 2.8-3.4 2.8-7.5 2.8-7.500-1.300-7.500-2.800zv13c0 1.500 3.400 2.800 7.500 2.800s7.500-1.300 7.500-2.800v-13M4.500 12c0 1.500 3.400 2.800 7.500 2.800s7.500-1.300 7.500-2.800",
  code: "M8.5 7L3.5 12l5 5M15.5 7l5 5-5 5",
  grid: "M4 4h6.500v6.500H4zM13.500 4H20v6.500h-6.500zM4 13.500h6.500V20H4zM13.500 13.500H20V20h-6.500z",
  open: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  copy: "M8.500 10.300c0-1 .8-1.800 1.800-1.800h7.900c1 0 1.800.8 1.800 1.800v7.900c0 1-.8 1.800-1.800 1.800h-7.900c-1 0-1.800-.8-1.800-1.800zM15.500 8.500V4.800c0-.7-.5-1.300-1.300-1.300H4.800c-.7 0-1.300.6-1.300 1.300v9.400c0 .7.600 1.300 1.300 1.300h3.700",
  report: "M6 3h8l5 5v13H6zM14 3v5h5M9 13h6M9 17h4",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500V12l3 2",
  warning: "M12 4L2.800 20h18.400zM12 10v4.500M12 17.300v.1",
  offline:
    "M3 3l18 18M8.500 8.200a8 8 0 0 0-4.300 2.200M1.500 7.500A13 13 0 0 1 5.600 5M10 4a13 13 0 0 1 12.500 3.500M19.800 10.400a8 8 0 0 0-4-2.100M8 14.200a5.200 5.200 0 0 1 5-1.100M12 17.500a1 1 0 1 0 0 2 1 1 0 0 0 0-2z",
  lines: "M4 6h15M4 12h10M4 18h6",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  search: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.300 15.300L20 20",
  stop: "M7 7h10v10H7z",
  mail: "M3.500 6h17v12h-17zM4 6.500l8 6.500 8-6.500",
  list: "M4 6h16M4 12h16M4 18h16",
  side: "M3.500 5h17v14h-17zM15 5v14",
  lock: "M7.500 11V8a4.500 4.500 0 0 1 9 0v3M5.500 11h13v9.500h-13z",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.500 20.500c1-4 4-6 7.500-6s6.500 2 7.500 6",
  pause: "M8 5v14M16 5v14",
  play: "M7 5l12 7-12 7z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 14, bold = false }: { name: IconName; size?: number; bold?: boolean }) {
  return (
    <svg
      className="aa-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={name === "stop" ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth={bold ? 2.4 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
