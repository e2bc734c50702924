/**
 * @file Training that ended early, with what it had learned.
 */

/** Training stopped before its end; `checkpoint` holds the last good state, to resume from or to load. */
export class StoppedError extends Error {
  /** A model file of the last good state: `fit` resumes from it, `load` reads it. */
  readonly checkpoint: Uint8Array;

  constructor(message: string, checkpoint: Uint8Array) {
    super(message);
    this.name = new.target.name;
    this.checkpoint = checkpoint;
  }
}

/** The `AbortSignal` was raised. */
export class InterruptedError extends StoppedError {}

/** The loss became NaN or infinite. */
export class DivergedError extends StoppedError {}
