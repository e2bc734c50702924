/**
 * @file What is said beside the results, on standard error, and the results themselves, on standard output.
 */

/** Notes for whoever sits at the terminal; `--quiet` silences them. */
export class Messages {
  readonly quiet: boolean;

  constructor({ quiet = false }: { quiet?: boolean }) {
    this.quiet = quiet;
  }

  note(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }
}

/** Writes a result, and waits until it is taken. */
export function printResult(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(content, (error) => (error ? reject(error) : resolve()));
  });
}
