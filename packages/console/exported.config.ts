import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Puts script and style into the page, and lets it load and run nothing else. */
function oneFile(): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const page = files.find(({ fileName }) => fileName.endsWith(".html"));
      const script = files.find((file) => file.type === "chunk");
      const style = files.find(({ fileName }) => fileName.endsWith(".css"));
      if (page?.type !== "asset" || script?.type !== "chunk" || style?.type !== "asset") {
        this.error("The exported page is made of one script and one style.");
      }
      const code = script.code.replaceAll("</script", "<\\/script").trim();
      const css = String(style.source).trim();
      const policy = `default-src 'none'; script-src ${hashOf(code)}; style-src ${hashOf(css)}; font-src data:; img-src data:; base-uri 'none'; form-action 'none'`;
      page.source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, "")
        .replace(/\s*<link rel="stylesheet"[^>]*>/, "")
        .replace("<head>", () => `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`)
        .replace("</head>", () => `  <style>${css}</style>\n  </head>`)
        .replace("</body>", () => `  <script type="module">${code}</script>\n  </body>`);
      for (const { fileName } of files) if (fileName !== page.fileName) Reflect.deleteProperty(bundle, fileName);
    },
  };
}

/** The page that holds one run, as one file: `@massgen/console` puts the run in. */
export default defineConfig({
  root: "src/page",
  base: "./",
  logLevel: "warn",
  plugins: [oneFile()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../dist/exported",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 1_000_000,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: "src/page/exported.html" },
  },
});
