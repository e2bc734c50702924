/**
 * @file Colors of pictures, for light and dark paper.
 *
 * The first six are of Okabe & Ito (2008), "Color universal design". The others were chosen so that of any two of the 20 the
 * distance in OKLab (Ottosson 2020) is at least .075, as everybody sees them and as those do who lack red or green (Machado,
 * Oliveira & Fernandes 2009). The scale of numbers is that of viridis (Smith & van der Walt 2015), cut where it
 * would come near the paper.
 */

export interface Paper {
  readonly paper: string;
  readonly ink: string;
  /** Color of captions and numbers at axes. */
  readonly faint: string;
  readonly line: string;
  readonly classes: readonly string[];
  readonly scale: readonly string[];
}

const FIRST = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
const ON_LIGHT =
  "4b0000 000078 872d3c 96e1c3 0000ff 5a87ff 1e3ca5 1e1e3c e1d269 b43c00 964b78 a5b487 87d2ff 692d69";
const ON_DARK =
  "d2fff0 ffff00 a52d00 2d3cff 87d2b4 5a87ff 2d6969 f0d269 e1d2ff d200b4 5ac378 c3005a f0ff96 87f0b4";
const more = (list: string) => [...FIRST, ...list.split(" ").map((hex) => `#${hex}`)];

const VIRIDIS = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
] as const;

/** Steps of the scale, so that points of one can be drawn together. */
export const SCALE_STEPS = 32;

export const LIGHT: Paper = {
  paper: "#ffffff",
  ink: "#1b1f24",
  faint: "#575e66",
  line: "#c9ced4",
  classes: more(ON_LIGHT),
  scale: scale(0, 0.93),
};

export const DARK: Paper = {
  paper: "#14171a",
  ink: "#e8eaed",
  faint: "#a9b0b8",
  line: "#444b53",
  classes: more(ON_DARK),
  scale: scale(0.17, 1),
};

/** Blue below 0, orange above it, at most 1 from it: the paper shows through where the number is small. */
export const DIVERGING = ["#0072b2", "#d55e00"] as const;

function scale(from: number, to: number): string[] {
  return Array.from({ length: SCALE_STEPS }, (_, step) => {
    const place = (from + (step / (SCALE_STEPS - 1)) * (to - from)) * (VIRIDIS.length - 1);
    const at = Math.min(VIRIDIS.length - 2, Math.floor(place));
    const mix = VIRIDIS[at]!.map((low, c) => Math.round(low + (place - at) * (VIRIDIS[at + 1]![c]! - low)));
    return `#${mix.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  });
}

/**
 * Rules that turn a picture, whose attributes say the colors of light paper, dark: its parts have classes, `ink`, `faint`, `line`, `paper`,
 * `s0` … for strokes and `f0` … for fills of classes, `v0` … for strokes of the scale and `w0` … for fills of it.
 */
export const DARK_RULES = [
  `.paper{fill:${DARK.paper}}`,
  `.paper-line{stroke:${DARK.paper}}`,
  `.ink{fill:${DARK.ink}}`,
  `.ink-line{stroke:${DARK.ink}}`,
  `.faint{fill:${DARK.faint}}`,
  `.line{stroke:${DARK.line}}`,
  ...DARK.classes.map((color, i) =>
    color === LIGHT.classes[i] ? "" : `.s${i}{stroke:${color}}.f${i}{fill:${color}}`,
  ),
  ...DARK.scale.map((color, i) => `.v${i}{stroke:${color}}.w${i}{fill:${color}}`),
].join("");
