// The few drawings that panel and page need beside those of an answer.
import React from "react";

const PATHS = {
  ask: "M12 3l1.9 5.1L19 10l-5.1 1.9L12 17l-1.9-5.1L5 10l5.1-1.9zM19 16v4M17 18h4",
  history: "M3 12a9 9 0 1 0 3-6.7L3 8M3 3v5h5M12 7v5l3.5 2",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
  shield: "M12 3l7.5 3v5.5c0 4.5-3.2 8-7.5 9.5-4.3-1.500-7.500-5-7.500-9.500V6zM8.800 12l2.300 2.300 4.200-4.500",
  back: "M15 5l-7 7 7 7",
} as const;

export function Icon({ name, size = 17, bold = false }: { name: keyof typeof PATHS; size?: number; bold?: boolean }) {
  return (
    <svg className="aa-icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={bold ? 2 : 1.6} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
