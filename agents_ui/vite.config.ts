/**
 * One entry per page, so that a caller doesn't load the supervisor's screen. URLs inside the bundle are relative:
 * the server may lay `dist/` under any path. The templates of server-rendered pages travel with the build.
 */
import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const PAGES = ["call", "desk", "supervisor", "history", "wallboard", "audit", "report"];

function withTemplates(): Plugin {
  return {
    name: "with-templates",
    apply: "build",
    generateBundle() {
      for (const name of readdirSync("templates")) {
        this.emitFile({
          type: "asset",
          fileName: `templates/${name}`,
          source: readFileSync(`templates/${name}`, "utf8"),
        });
      }
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [withTemplates()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: "es2023",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    // Inlined data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [...PAGES.map((page) => `src/pages/${page}.tsx`), "src/styles/site.css"],
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
} as Parameters<typeof defineConfig>[0]);
