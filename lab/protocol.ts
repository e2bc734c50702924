/**
 * @file Messages between the page and its worker. The page asks; the worker computes and tells panels, numbers and files: no tensor leaves
 * it.
 */
import type { CurvesPanel, Panel, Section } from "../panels/report.js";
import type { BreakAsked, BreakTold } from "./break/break-words.js";
import type { Choices, DescribedColumn } from "./choices.js";
import type { ClaimsAsked, ClaimsTold } from "./claims/claims-words.js";
import type { LatentAsked, LatentTold } from "./latent/latent-words.js";
import type { ManifoldsAsked, ManifoldsTold } from "./manifolds/manifolds-words.js";
import type { TableAsked, TableTold } from "./table/table-words.js";

/** A place that data come from. */
export type DataSource =
  | { readonly kind: "embedded"; readonly name: string }
  /** A file of this machine, dropped or chosen. */
  | { readonly kind: "file"; readonly file: File }
  /** A folder of this machine with images. */
  | { readonly kind: "images"; readonly name: string; readonly files: readonly FolderFile[] }
  /** The file that the command was given, at its address. */
  | { readonly kind: "served"; readonly name: string; readonly address: string };

/** A file of a folder. */
export interface FolderFile {
  /** Its path from the folder on, with / between names. */
  readonly path: string;
  readonly file: File;
}

/** Options of a training in words, as flags of the command line have them. */
export interface BenchAsked {
  readonly method: string;
  /** Texts by name: options of the method, and of training. */
  readonly options: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Share of the rows to tell the loss on, in (0, 1). Default: none. */
  readonly validation?: number | undefined;
  /** Choices of columns that the data were read with. */
  readonly choices?: Choices | undefined;
}

/** Settings of the four linear autoencoders. */
export interface FourAsked {
  readonly latentDim: number;
  /** Texts by name: options of `linearAutoencoder` and of training that all have alike. */
  readonly options: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Choices of columns that the data were read with. */
  readonly choices?: Choices | undefined;
}

/**
 * Work of pages that have no runs, by page: what may be asked, and what is told meanwhile and at the end. Each page's own words stand in its
 * folder.
 */
export interface Works {
  readonly break: { readonly asked: BreakAsked; readonly told: BreakTold };
  readonly claims: { readonly asked: ClaimsAsked; readonly told: ClaimsTold };
  readonly table: { readonly asked: TableAsked; readonly told: TableTold };
  readonly latent: { readonly asked: LatentAsked; readonly told: LatentTold };
  readonly manifolds: { readonly asked: ManifoldsAsked; readonly told: ManifoldsTold };
}

export type WorkName = keyof Works;

/** Messages of the page. Those of a run that is not the latest are no more looked at. */
export type Ask =
  /** Lists what there is. Whatever computes waits for `runtime`. */
  | { readonly kind: "start" }
  /** @see RuntimeOptions for the folder and the bytes of the runtime; does not wait for its turn. */
  | { readonly kind: "runtime"; readonly folder: string; readonly bytes?: ArrayBuffer | undefined }
  | { readonly kind: "open"; readonly source: DataSource; readonly choices: Choices }
  | { readonly kind: "describe"; readonly method: string }
  | { readonly kind: "begin bench"; readonly run: number; readonly asked: BenchAsked }
  | { readonly kind: "begin four"; readonly run: number; readonly asked: FourAsked }
  | { readonly kind: "go"; readonly run: number }
  | { readonly kind: "pause"; readonly run: number }
  | { readonly kind: "step"; readonly run: number; readonly count: number }
  | { readonly kind: "set learning rate"; readonly run: number; readonly value: number }
  | { readonly kind: "set scalar"; readonly run: number; readonly name: string; readonly value: number }
  /** Work goes in turn with all else, unless it is short and goes aside; `stop` does not wait for its turn. */
  | {
      readonly [P in WorkName]: {
        readonly kind: "work";
        readonly id: number;
        readonly page: P;
        readonly asked: Works[P]["asked"];
        readonly aside?: boolean | undefined;
      };
    }[WorkName]
  | { readonly kind: "stop"; readonly id: number }
  | { readonly kind: "download"; readonly run: number; readonly part: string };

/** An option as the page makes an input of it. */
export interface DescribedOption {
  readonly name: string;
  readonly want: string;
  readonly help: string;
  /** Default in words; none where the option must be given or may be left out. */
  readonly default?: string | undefined;
  /** Words for what holds where it is left out. */
  readonly otherwise?: string | undefined;
  readonly required: boolean;
  readonly choices?: readonly string[] | undefined;
  /** True or false alone. */
  readonly isSwitch: boolean;
}

/** A method that there is. */
export interface DescribedMethod {
  readonly name: string;
  /** Heading that it is listed under. */
  readonly kind: string;
  readonly summary: string;
}

/** Data that were opened. */
export interface DescribedData {
  readonly name: string;
  readonly rows: number;
  /** Numbers in a row, d. */
  readonly columns: number;
  readonly fingerprint: string;
  /** True of an embedded data set, which code calls by its name. */
  readonly embedded: boolean;
  readonly labelName?: string | undefined;
  /** Columns of a table that was read; none of embedded data and arrays. */
  readonly table?: readonly DescribedColumn[] | undefined;
  /** Columns with their types and roles, and what was noticed. */
  readonly section: Section;
}

/** A change on the way. */
export interface Change {
  /** Steps that were taken before it. */
  readonly step: number;
  /** `learningRate`, or the name of a number of the loss. */
  readonly name: string;
  readonly value: number;
}

/** Stages of a run. */
export type Stage = "preparing" | "failed" | "ready" | "running" | "paused" | "done";

/** A training as it stands. */
export interface BenchState {
  readonly stage: Stage;
  /** False of a method that is solved, which has no steps. */
  readonly trained: boolean;
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerSecond?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly scalars: Readonly<Record<string, number>>;
  /** Mean loss of the last epoch, and on the rows held out. */
  readonly loss?: number | undefined;
  readonly validationLoss?: number | undefined;
  /** Words that repeat it: a command and a program; no program of methods of sequences with rows held out. */
  readonly command: string;
  readonly program?: string | undefined;
  readonly scale: string;
  /** Files that can be downloaded: `model`, `codes`, `report`, or a part as ONNX. */
  readonly downloads: readonly string[];
  readonly notes: readonly string[];
}

/** Places of the panels of a bench. */
export type BenchPlace =
  | "curves"
  | "reconstructions"
  | "codes"
  | "clusters"
  | "scores"
  | "learned"
  | "spectrum";

/** One of the linear autoencoders that are trained in step. */
export interface LinearState {
  readonly name: string;
  /** Mean loss of the last epoch. */
  readonly loss?: number | undefined;
  /** Mean squared error of a row on clean rows, in the units of training. */
  readonly error: number;
  readonly identityDistance: number;
  readonly noiseGain: number;
  readonly spectralNorm: number;
  /** True once it gives back whatever it is given. */
  readonly isCopy: boolean;
}

/** Four models as they stand. */
export interface FourState {
  readonly stage: Stage;
  readonly step: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerSecond?: number | undefined;
  readonly learningRate: number;
  readonly scalars: Readonly<Record<string, number>>;
  /** Numbers in a row, d. */
  readonly columns: number;
  readonly rows: number;
  /** Least mean squared error of a map of rank k. */
  readonly leastError: number;
  /** In the order of the lines of the pictures. */
  readonly models: readonly LinearState[];
  readonly errors: CurvesPanel;
  /** Errors on clean rows and shares of noise that are left, with the best there is. */
  readonly plane: CurvesPanel;
  readonly spectrum: CurvesPanel;
  /** Commands that fit the four, a line each; none where they learn from a sample of the rows. */
  readonly commands?: string | undefined;
  readonly scale: string;
  readonly notes: readonly string[];
}

/** Messages of the worker. */
export type News =
  | {
      readonly kind: "listed";
      readonly methods: readonly DescribedMethod[];
      /** Names of embedded data. */
      readonly embedded: readonly string[];
    }
  /** The runtime is there. */
  | { readonly kind: "started" }
  | { readonly kind: "opened"; readonly data: DescribedData }
  | {
      readonly kind: "described";
      readonly method: string;
      readonly options: readonly DescribedOption[];
      readonly training: readonly DescribedOption[];
    }
  | {
      readonly kind: "bench";
      readonly run: number;
      readonly state: BenchState;
      /** Panels that are new. */
      readonly panels: Readonly<Partial<Record<BenchPlace, Panel>>>;
    }
  | { readonly kind: "four"; readonly run: number; readonly state: FourState }
  | { readonly kind: "file"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly [P in WorkName]: {
        readonly kind: "work";
        readonly id: number;
        readonly page: P;
        readonly told: Works[P]["told"];
      };
    }[WorkName]
  /** The work is over. */
  | { readonly kind: "worked"; readonly id: number }
  | { readonly kind: "failed"; readonly what: Ask["kind"]; readonly message: string };

/** One line of an error. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
