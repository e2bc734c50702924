/**
 * @file Reasons why the native runtime does not serve.
 */
/** The native runtime, where it does not serve. */
export interface NoNative {
  /** True if its package is there. */
  readonly installed: boolean;
  /** The end of a sentence about the native runtime. */
  readonly reason: string;
}
