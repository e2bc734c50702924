/**
 * @file What stands on the pages: the inputs at the side, and the pictures. Each is loaded when its page is opened.
 */
import type { ComponentType } from "preact";
import type { PageName } from "./pages.js";

export interface PageParts {
  readonly Controls: ComponentType;
  readonly Panels: ComponentType;
}

export const pageParts: Readonly<Record<PageName, () => Promise<PageParts>>> = {
  bench: () => import("./bench/bench-page.js"),
  four: () => import("./four/four-page.js"),
  latent: () => import("./latent/latent-page.js"),
  break: () => import("./break/break-page.js"),
  manifolds: () => import("./manifolds/manifolds-page.js"),
  claims: () => import("./claims/claims-page.js"),
  table: () => import("./table/table-page.js"),
};
