/**
 * @file Names that a pattern such as `Q*` or `part-??.csv` stands for.
 */

/**
 * Tells names that match a pattern, in which `*` stands for any characters and `?` for one. No pattern takes longer than the
 * product of a name's and its own length: each star takes as little as it can, and more only when what follows does not match.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const wanted = [...pattern.replace(/\*+/g, "*")];
  const least = wanted.filter((letter) => letter !== "*").length;
  return (name) => {
    if (name.length < least) return false;
    const letters = [...name];
    let [at, next, star, taken] = [0, 0, -1, 0];
    while (at < letters.length) {
      if (wanted[next] === "*") {
        star = next++;
        taken = at;
      } else if (next < wanted.length && (wanted[next] === "?" || wanted[next] === letters[at])) {
        at++;
        next++;
      } else if (star >= 0) {
        next = star + 1;
        at = ++taken;
      } else return false;
    }
    return next === wanted.length || (next === wanted.length - 1 && wanted[next] === "*");
  };
}
