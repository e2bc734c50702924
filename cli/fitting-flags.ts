/**
 * @file Flags of every command that fits a method of the user's choice.
 */
import type { Command } from "commander";
import type { ScaleKind } from "../src/data/scale.js";
import {
  addCommonFlags,
  addDataFlags,
  addFillFlag,
  addPluginFlag,
  addScaleFlag,
  asksForHelp,
  type CommonFlags,
  type DataFlags,
  type PluginFlags,
} from "./common-flags.js";
import { addReportFlags, type ReportFlags } from "./report-flags.js";
import { addTrainingFlags, type TrainingFlags } from "./training-flags.js";

export interface MethodFlags extends CommonFlags, DataFlags, PluginFlags, TrainingFlags, ReportFlags {
  /** KEY=VALUE */
  option?: string[];
  scale?: ScaleKind;
  fill?: "yes" | "no";
}

/** Words by which a command names methods. */
interface Naming {
  readonly flag: "--method" | "--methods";
  /** Those meant where none is named. */
  readonly usual: readonly string[];
}

/** Adds them after the command's own. @param words of the command line, some of which name the methods. */
export async function addFittingFlags(
  command: Command,
  words: readonly string[],
  { flag, usual }: Naming,
): Promise<void> {
  addPluginFlag(command);
  addScaleFlag(command);
  addFillFlag(command);
  addTrainingFlags(command);
  addDataFlags(command);
  addReportFlags(command);
  addCommonFlags(command);
  // In the place of these flags, which cost time to find.
  command.addHelpText("after", "\nOptions of a method are flags too: unlabeled methods NAME");
  if (asksForHelp(words)) return;
  const { addMethodFlags } = await import("./method-flags.js");
  await addMethodFlags(command, words, flag, usual);
}
