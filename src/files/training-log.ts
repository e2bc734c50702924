/**
 * @file Training history as files that other programs read: CSV, JSON lines, and events of TensorBoard.
 */
import { PbfWriter } from "pbf";
import { crc32c } from "../data/crc32.js";
import type { Epoch } from "../methods/model.js";

/** The history of one training. */
export interface LoggedRun {
  /** Name that tells it from others in the same file; none where it is the only one. */
  readonly name?: string | undefined;
  /** One entry an epoch, as a model keeps them. */
  readonly history: readonly Epoch[];
}

/** Figures of an epoch by their names in the history, `loss` first. */
function figuresOf({ loss, validationLoss, figures }: Epoch): [string, number][] {
  return [
    ["loss", loss],
    ...(validationLoss === undefined ? [] : [["validationLoss", validationLoss] as [string, number]]),
    ...Object.entries(figures ?? {}),
  ];
}

/** CSV: a column `run` where runs have names, `epoch`, `loss`, and one for each further figure of any epoch. */
export function logAsCsv(runs: readonly LoggedRun[]): string {
  const named = runs.some(({ name }) => name !== undefined);
  const all = runs.flatMap(({ history }) => history.map(figuresOf));
  const names = [...new Set(["loss", ...all.flatMap((figures) => figures.map(([name]) => name))])];
  const lines = runs.flatMap(({ name = "", history }) =>
    history.map((epoch) => {
      const figures = new Map(figuresOf(epoch));
      const cells = [epoch.epoch, ...names.map((figure) => figures.get(figure) ?? "")];
      return [...(named ? [cell(name)] : []), ...cells].join(",");
    }),
  );
  return `${[[...(named ? ["run"] : []), "epoch", ...names.map(cell)].join(","), ...lines].join("\n")}\n`;
}

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** An object a line: `{"epoch":1,"loss":0.5}`, with `run` where runs have names. */
export function logAsJsonLines(runs: readonly LoggedRun[]): string {
  return runs
    .flatMap(({ name, history }) =>
      history.map((epoch) => {
        const run = name === undefined ? {} : { run: name };
        return `${JSON.stringify({ ...run, epoch: epoch.epoch, ...Object.fromEntries(figuresOf(epoch)) })}\n`;
      }),
    )
    .join("");
}

/**
 * An event file of TensorBoard: a scalar for every figure and epoch, tagged by its name, of a run with a name `loss/NAME`. Steps are
 * epochs. Times are 0, so that the same training gives the same bytes.
 *
 * Messages `Event` (wall_time 1, step 2, file_version 3, summary 5) and `Summary.Value` (tag 1, simple_value 2) of TensorFlow's
 * event.proto and summary.proto, each framed as a TFRecord: its length, masked CRC-32C of that, the message, masked CRC-32C of it.
 */
export function logAsEvents(runs: readonly LoggedRun[]): Uint8Array {
  const records = [
    record((event) => event.writeStringField(3, "brain.Event:2")),
    ...runs.flatMap(({ name, history }) =>
      history.map((epoch) =>
        record((event) => {
          event.writeVarintField(2, epoch.epoch);
          event.writeMessage(5, writeSummary, [name, epoch] as const);
        }),
      ),
    ),
  ];
  const bytes = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of records) {
    bytes.set(one, at);
    at += one.length;
  }
  return bytes;
}

function writeSummary([name, epoch]: readonly [string | undefined, Epoch], summary: PbfWriter): void {
  for (const [figure, value] of figuresOf(epoch))
    summary.writeMessage(1, writeValue, [name === undefined ? figure : `${figure}/${name}`, value] as const);
}

function writeValue([tag, number]: readonly [string, number], value: PbfWriter): void {
  value.writeStringField(1, tag);
  value.writeFloatField(2, number);
}

function record(write: (event: PbfWriter) => void): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, 0);
  write(event);
  const message = event.finish();
  const framed = new Uint8Array(16 + message.length);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, masked(framed.subarray(0, 8)), true);
  framed.set(message, 12);
  view.setUint32(12 + message.length, masked(message), true);
  return framed;
}

/** The checksum rotated and moved, since what is framed may hold checksums itself. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
