/**
 * @file Reasons why the native runtime does not serve.
 */
export interface NoNative {
  readonly installed: boolean;
  /** The end of a sentence about the native runtime. */
  readonly reason: string;
}
