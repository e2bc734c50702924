/**
 * @file Figures and pictures of the studies, kept in studies/results.
 */
import { join } from "node:path";
import { repositoryRoot } from "../bench/repository.js";
import { keepResult } from "../bench/results.js";

const folder = join(repositoryRoot, "studies", "results");

/** Path of a file in studies/results, whether it is there or not. */
export const resultFile = (name: string): string => join(folder, name);

/** Writes studies/results/NAME.json. */
export const keepFigures = (name: string, figures: object): void => keepResult(name, figures, folder);
