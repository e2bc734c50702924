/**
 * @file Source of a worker's program, wherever the package has ended up.
 *
 * In the package, unlabeled-worker.js is one file that imports nothing, and stands beside this module. Bundlers that know
 * the expression below, such as Vite and webpack, copy it and put its new address there; others, such as esbuild, leave
 * the address as it is, and nothing is there.
 */

export type WorkerSource = { readonly url: URL } | { code(): Promise<string | undefined> };

/** Stands for the global class in the expression that bundlers look for, and learns what they have made of the address. */
class Worker {
  readonly url: URL;
  constructor(url: URL, _options: { type: "module" }) {
    this.url = url;
  }
}

/** The likeliest first. */
export function workerSources(): WorkerSource[] {
  const text = { code: async () => (await import("./worker-code.js")).code };
  try {
    const { url } = new Worker(new URL("./unlabeled-worker.js", import.meta.url), { type: "module" });
    const unbundled = new URL(import.meta.url).pathname.endsWith("/worker-source.js");
    const followed = !url.pathname.endsWith("/unlabeled-worker.js");
    return unbundled || followed ? [{ url }, text] : [text, { url }];
  } catch {
    // A bundle in CommonJS has no import.meta.url.
    return [text];
  }
}
