/**
 * @file Flags of every command that fits a method of the user's choice.
 */
import type { Command } from "commander";
import type { ScaleKind } from "../src/data/scale.js";
import {
  addCommonFlags,
  addDataFlags,
  addScaleFlag,
  type CommonFlags,
  type DataFlags,
} from "./common-flags.js";
import { addTrainingFlags, type TrainingFlags } from "./training-flags.js";

export interface MethodFlags extends CommonFlags, DataFlags, TrainingFlags {
  /** KEY=VALUE */
  option?: string[];
  scale?: ScaleKind;
}

/**
 * Adds them after the command's own.
 * @param hint stands in help in the place of the flags of methods, which cost time to find.
 */
export async function addFittingFlags(command: Command, help: boolean, hint: string): Promise<void> {
  addScaleFlag(command);
  addTrainingFlags(command);
  addDataFlags(command);
  addCommonFlags(command);
  command.addHelpText("after", `\n${hint}: unlabeled methods NAME`);
  if (help) return;
  const { addMethodFlags } = await import("./method-flags.js");
  addMethodFlags(command);
}
