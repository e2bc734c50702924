/**
 * @file Flags of every command that fits a method of the user's choice.
 */
import type { Command } from "commander";
import type { ScaleKind } from "../src/data/scale.js";
import {
  addCommonFlags,
  addDataFlags,
  addPluginFlag,
  addScaleFlag,
  asksForHelp,
  type CommonFlags,
  type DataFlags,
  type PluginFlags,
} from "./common-flags.js";
import { addTrainingFlags, type TrainingFlags } from "./training-flags.js";

export interface MethodFlags extends CommonFlags, DataFlags, PluginFlags, TrainingFlags {
  /** KEY=VALUE */
  option?: string[];
  scale?: ScaleKind;
}

/**
 * Adds them after the command's own.
 * @param words of the command line, some of which name the methods. @param usual those meant where none does.
 * @param hint stands in help in the place of the flags of methods, which cost time to find.
 */
export async function addFittingFlags(
  command: Command,
  words: readonly string[],
  flag: "--method" | "--methods",
  usual: readonly string[],
  hint: string,
): Promise<void> {
  addPluginFlag(command);
  addScaleFlag(command);
  addTrainingFlags(command);
  addDataFlags(command);
  addCommonFlags(command);
  command.addHelpText("after", `\n${hint}: unlabeled methods NAME`);
  if (asksForHelp(words)) return;
  const { addMethodFlags } = await import("./method-flags.js");
  await addMethodFlags(command, words, flag, usual);
}
