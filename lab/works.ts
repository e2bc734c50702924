/**
 * @file Work of pages that have no runs, as the worker does it: a module a page, loaded when it is asked for.
 */
import type { Dataset } from "../src/data/dataset.js";
import type { WorkName, Works } from "./protocol.js";

/** Surroundings of a piece of work. */
export interface WorkPlace<P extends WorkName> {
  /** Data that are open. @throws RangeError where none are. */
  data(): Dataset;
  /** Tells the page something; as often as wanted. @param transfer memory of arrays that goes over without a copy. */
  tell(told: Works[P]["told"], transfer?: Transferable[]): void;
  /** Ends when nobody wants it any more. */
  readonly signal: AbortSignal;
}

export interface Worker<P extends WorkName> {
  /** @throws RangeError or TypeError, in a line, for what cannot be done. */
  answer(asked: Works[P]["asked"], place: WorkPlace<P>): Promise<void>;
}

export const works: { readonly [P in WorkName]: () => Promise<Worker<P>> } = {
  latent: () => import("./latent/latent-work.js"),
  break: () => import("./break/break-work.js"),
  manifolds: () => import("./manifolds/manifolds-work.js"),
  claims: () => import("./claims/claims-work.js"),
  table: () => import("./table/table-work.js"),
};
