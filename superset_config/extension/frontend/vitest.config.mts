import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The real package has no run time of its own: in Superset it is `window.superset`.
export default defineConfig({
  resolve: { alias: { "@apache-superset/core": fileURLToPath(new URL("src/testing/superset.ts", import.meta.url)) } },
  esbuild: { jsx: "transform" },
  test: { environment: "jsdom", setupFiles: ["src/testing/setup.ts"], restoreMocks: true, include: ["src/**/*.test.{ts,tsx}"] },
});
