/**
 * @file Pauses in long linear algebra, as every routine that can take long is given them.
 */

/** Pauses of long work. */
export interface Breathing {
  /** Called between steps, often enough for a caller to let others in; what it throws ends the work. Default: no pauses. */
  readonly breathe?: (() => Promise<void>) | undefined;
}
