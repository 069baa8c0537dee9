// What Superset says of itself in the page: below which path it lives, and who is logged in.

interface Bootstrap {
  user?: { userId?: number; username?: string };
  common?: { application_root?: string; locale?: string };
}

function bootstrap(): Bootstrap {
  const text = document.getElementById("app")?.dataset.bootstrap;
  if (!text) return {};
  try {
    return (JSON.parse(text) as Bootstrap | null) ?? {};
  } catch {
    return {};
  }
}

/** "" or "/analytics": what stands before every path of Superset. */
export function applicationRoot(): string {
  const root = bootstrap().common?.application_root ?? "";
  return root.startsWith("/") && !root.startsWith("//") ? root.replace(/\/+$/, "") : "";
}

/** Tells people apart who use this browser one after the other. */
export function personHere(): string {
  return String(bootstrap().user?.userId ?? "nobody");
}

export function loginAddress(): string {
  return `${applicationRoot()}/login/`;
}

/** An address of Superset as this browser reaches it, whatever host our service knows it by. Null for what is no web address. */
export function sameOrigin(address: string | null): string | null {
  if (!address) return null;
  try {
    const { protocol, pathname, search, hash } = new URL(address, window.location.origin);
    return protocol === "http:" || protocol === "https:" ? `${window.location.origin}${pathname}${search}${hash}` : null;
  } catch {
    return null;
  }
}
