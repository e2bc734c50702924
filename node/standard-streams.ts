/**
 * @file The streams behind `-`, `/dev/stdin`, `/dev/stdout` and `/dev/stderr`: those of the process, or of a run inside it.
 */

/** Takes bytes in order; a writable stream of Node is one. */
export interface ByteSink {
  /**
   * Appends bytes, or text as UTF-8.
   * @param taken is called when the piece is taken, or with the reason why it is not.
   */
  write(piece: Uint8Array | string, taken?: (error?: Error | null) => void): unknown;
  /** Hears of failures from now on. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Hears of them no longer. */
  off(event: "error", listener: (error: Error) => void): unknown;
}

/** Streams of a process or a run, each looked up when it is used and no sooner, since the process opens its own then. */
export interface StandardStreams {
  /** Standard input: bytes in pieces. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Standard output. */
  readonly stdout: ByteSink;
  /** Standard error. */
  readonly stderr: ByteSink;
}
