/**
 * @file Options that are matrices or vectors: rows of numbers in code and in files, JSON on a command line.
 */
import { type MatrixLike, toNumbers } from "../../../data/matrix.js";
import { custom, type Option } from "../../options.js";

/** Rows of finite numbers, all of one length; JSON keeps float64 bit for bit. */
export type Rows = readonly (readonly number[])[];

/** Lists are JSON; all else, `true` with it, is no value of such an option, and stays text. */
const parsed = (text: string): unknown => {
  if (!text.trim().startsWith("[")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A matrix, or one of a few words. */
export function matrixOr<const T extends string>(
  choices: readonly T[],
  { help, default: fallback }: { help: string; default?: NoInfer<T> },
): Option<MatrixLike | T> {
  const words = choices.length > 0 ? `, or ${choices.join(", ")}` : "";
  return custom<MatrixLike | T>({
    help,
    want: `a matrix of finite numbers, as [[1,0],[0,1]]${words}`,
    ...(fallback !== undefined && { default: fallback }),
    ...(choices.length > 0 && { choices }),
    accept: (value) => choices.find((choice) => choice === value) ?? rowsIn(value),
    parse: parsed,
  });
}

/** A list of finite numbers. */
export function vector({ help }: { help: string }): Option<readonly number[]> {
  return custom<readonly number[]>({
    help,
    want: "a list of finite numbers, as [1,0]",
    accept: (value) =>
      Array.isArray(value) || ArrayBuffer.isView(value)
        ? rowsIn([Array.from(value as ArrayLike<number>)])?.[0]
        : undefined,
    parse: parsed,
  });
}

function rowsIn(value: unknown): number[][] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  let numbers: ReturnType<typeof toNumbers>;
  try {
    numbers = toNumbers(value as MatrixLike);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
  const { data, rows, cols } = numbers;
  if (data.length === 0 || !data.every(Number.isFinite)) return undefined;
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)));
}
