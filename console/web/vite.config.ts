import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Files that get smaller are packed once here, not at every request. */
function packed(): Plugin {
  let assets = "";
  return {
    name: "packed",
    apply: "build",
    configResolved(config) {
      assets = join(config.root, config.build.outDir, "assets");
    },
    closeBundle() {
      for (const name of readdirSync(assets)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const file = join(assets, name);
        const plain = readFileSync(file);
        for (const [suffix, small] of [
          [".gz", gzipSync(plain, { level: 9 })],
          [".br", brotliCompressSync(plain)],
        ] as const) {
          if (small.length < plain.length) writeFileSync(file + suffix, small);
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [vue(), packed()],
  resolve: { alias: { "@": join(import.meta.dirname, "src") } },
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    // No legacy mode, and messages are interpreted, not compiled: our policy allows no eval.
    __VUE_I18N_LEGACY_API__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
    __INTLIFY_JIT_COMPILATION__: "true",
    __INTLIFY_DROP_MESSAGE_COMPILER__: "false",
  },
  build: {
    target: "es2022",
    outDir: "../static",
    // The policy lets data: in for images only, and a hashed file is kept for ever anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
  },
});
