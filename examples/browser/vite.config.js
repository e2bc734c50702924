// npx vite examples/browser
// Workers are modules. The two headers isolate the page, which threads want; without them one thread is used.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default {
  worker: { format: "es" },
  server: { headers },
  preview: { headers },
};
