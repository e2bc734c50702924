/**
 * @file The table of verbs: help, completion and the man page list what stands here, in this order.
 */
import type { Verb } from "./verb.js";

const BEGIN = "Look at data:";
const LEARN = "Learn:";
const USE = "Use a model:";
const LOOK = "Look at a model:";
const ABOUT = "About:";

const verb = (group: string, name: string, summary: string, load: Verb["load"]): Verb => ({
  name,
  group,
  summary,
  load,
});

export const VERBS: readonly Verb[] = [
  verb(
    BEGIN,
    "columns",
    "Show a table's columns, and which are learned from",
    () => import("./commands/columns.js"),
  ),
  verb(BEGIN, "views", "Draw augmented views of rows", () => import("./commands/views.js")),
  verb(LEARN, "fit", "Fit a method and write the model", () => import("./commands/fit.js")),
  verb(LEARN, "embed", "Embed rows in two dimensions, and draw them", () => import("./commands/embed.js")),
  verb(
    LEARN,
    "cluster",
    "Find groups of rows, and what makes them differ",
    () => import("./commands/cluster.js"),
  ),
  verb(LEARN, "outliers", "Find unusual rows, and say why", () => import("./commands/outliers.js")),
  verb(
    LEARN,
    "neighbors",
    "Find the rows most similar to some rows",
    () => import("./commands/neighbors.js"),
  ),
  verb(LEARN, "recognize", "Recognize rows by labeled rows", () => import("./commands/recognize.js")),
  verb(LEARN, "compare", "Compare methods on held-out rows", () => import("./commands/compare.js")),
  verb(LEARN, "tune", "Tune options of a method on held-out rows", () => import("./commands/tune.js")),
  verb(LEARN, "lab", "Open the lab in a browser", () => import("./commands/lab.js")),
  verb(USE, "encode", "Encode rows to codes", () => import("./commands/encode.js")),
  verb(USE, "decode", "Decode codes to rows", () => import("./commands/decode.js")),
  verb(USE, "reconstruct", "Reconstruct rows from their codes", () => import("./commands/reconstruct.js")),
  verb(USE, "impute", "Fill missing numbers", () => import("./commands/impute.js")),
  verb(USE, "denoise", "Take noise off images or rows", () => import("./commands/denoise.js")),
  verb(USE, "score", "Score how unusual every row is", () => import("./commands/score.js")),
  verb(USE, "sample", "Sample new rows from a generative model", () => import("./commands/sample.js")),
  verb(USE, "interpolate", "Interpolate between two rows", () => import("./commands/interpolate.js")),
  verb(USE, "grid", "Decode a grid over two codes", () => import("./commands/grid.js")),
  verb(USE, "invert", "Invert measurements of rows or images", () => import("./commands/invert.js")),
  verb(USE, "export", "Export a part of a model as ONNX", () => import("./commands/export.js")),
  verb(LOOK, "evaluate", "Evaluate a model on data", () => import("./commands/evaluate.js")),
  verb(LOOK, "report", "Print the numbers of a report", () => import("./commands/report.js")),
  verb(LOOK, "log", "Print the training history of a model", () => import("./commands/log.js")),
  verb(LOOK, "info", "Show what a model file holds", () => import("./commands/info.js")),
  verb(ABOUT, "methods", "List methods, or options of one", () => import("./commands/methods.js")),
  verb(ABOUT, "study", "Study claims of lecture notes in numbers", () => import("./commands/study.js")),
  verb(ABOUT, "doctor", "Diagnose the installation and its speed", () => import("./commands/doctor.js")),
  verb(ABOUT, "completion", "Print completion for a shell", () => import("./commands/completion.js")),
];
