/**
 * @file The numbers that a page of a report holds as JSON.
 */

/** The JSON of a page. @throws RangeError for a page that has none. */
export function numbersOfPage(page: string, name: string): object {
  const found = /<script id="numbers" type="application\/json">([^<]*)<\/script>/.exec(page);
  if (!found) throw new RangeError(`${name}: is no report, want a page that --report wrote`);
  return JSON.parse(found[1]!);
}
