/**
 * A step of the build: what the lab shows that the library has computed before, by the modules in their place.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeClaims } from "./claims.mjs";
import { makeFirstPicture } from "./first-picture.mjs";

/**
 * @param dist folder of modules that find their packages. @param pages folder of the pages of the studies.
 * @param into folder of the lab, which receives the first picture and the claims.
 */
export async function addLabContents(dist, pages, into) {
  await makeFirstPicture(dist, into);
  const { STUDIES } = await import(pathToFileURL(join(dist, "studies/lectures/all.js")).href);
  writeClaims(STUDIES, pages, into);
}
