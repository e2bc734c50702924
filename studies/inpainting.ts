/**
 * @file Photographs with missing pixels: the deep image prior against interpolation, PSNR over the missing pixels of the
 * crop in the middle, in studies/results/inpainting.json with pictures beside it. The masks are those of the reference
 * figures, which are of the whole photographs.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { closeServers, pythonServer } from "../bench/python-server.js";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { matrix, row, toMatrix } from "../src/data/matrix.js";
import { readNetpbm } from "../src/data/netpbm.js";
import { readNpy, writeNpy } from "../src/data/npy.js";
import { tileImages, writePng } from "../src/files/png.js";
import { deepImagePrior } from "../src/tasks/inverse-problem/deep-image-prior.js";
import { keepFigures, resultFile } from "./results.js";

const CASES = [
  ["flower", 50],
  ["china", 50],
] as const;
const [SIDE, STEPS, HELD_OUT] = [128, 600, 0.05];
const METHODS = ["nearest", "linear", "cubic"] as const;
const AREA = SIDE * SIDE;

/** The middle of a photograph in [0, 1], and the same with NaN where the mask says missing. */
function load(name: string, share: number) {
  const path = sharedFile(`data/photos/${name}.pgm`);
  const { width, height, pixels } = readNetpbm(new Uint8Array(readFileSync(path)), path);
  const bits = gunzipSync(readFileSync(sharedFile(`reference/masks/${name}-missing${share}.bits.gz`)));
  const [top, left] = [Math.floor((height - SIDE) / 2), Math.floor((width - SIDE) / 2)];
  const image = new Float32Array(AREA);
  const holes = image.map((_, i) => {
    const at = (top + Math.floor(i / SIDE)) * width + left + (i % SIDE);
    image[i] = pixels[at]! / 255;
    return ((bits[at >> 3]! >> (7 - (at & 7))) & 1) === 1 ? Number.NaN : image[i]!;
  });
  return { image, holes };
}

const folder = mkdtempSync(join(tmpdir(), "unlabeled-inpainting-"));
const peer = await pythonServer("scipy_inpainting.py");
const pictures: Float32Array[] = [];
const results: Record<string, object> = {};

async function keep(): Promise<void> {
  const sheet = matrix(pictures.length, AREA);
  pictures.forEach((picture, i) => {
    row(sheet, i).set(picture);
  });
  const png = await writePng(tileImages(sheet, [SIDE, SIDE], 4, [0, 1]));
  writeFileSync(resultFile("inpainting.png"), png);
  keepFigures("inpainting", {
    about: `PSNR in dB over the missing pixels of the ${SIDE} × ${SIDE} pixels in the middle, all methods on the same crop`,
    settings: { steps: STEPS, heldOut: HELD_OUT, channels: "default", seed: 0 },
    results,
    pictures: "inpainting.png: photograph, holes, deep image prior, cubic interpolation",
    peer: peer.versions,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

try {
  for (const [name, share] of CASES) {
    const { image, holes } = load(name, share);
    const psnr = (estimate: Float32Array) => {
      let [total, missing] = [0, 0];
      estimate.forEach((value, i) => {
        if (!Number.isNaN(holes[i]!)) return;
        total += (Math.min(1, Math.max(0, value)) - image[i]!) ** 2;
        missing++;
      });
      return -10 * Math.log10(total / missing);
    };
    const files = { image: join(folder, "image.npy"), estimate: join(folder, "estimate.npy") };
    writeFileSync(files.image, writeNpy(matrix(SIDE, SIDE, holes)));
    const { seconds } = await peer.ask<{ seconds: Record<string, number> }>(files);
    const peers = toMatrix(readNpy(new Uint8Array(readFileSync(files.estimate))).x);
    const begun = performance.now();
    const options = {
      rowShape: [SIDE, SIDE],
      range: [0, 1],
      steps: STEPS,
      heldOut: HELD_OUT,
      seed: 0,
    } as const;
    const found = await deepImagePrior(matrix(1, AREA, holes), options);
    const ours = {
      psnr: psnr(found.x.data),
      step: found.step[0],
      seconds: (performance.now() - begun) / 1000,
    };
    results[`${name} ${share / 100}`] = {
      deepImagePrior: ours,
      ...Object.fromEntries(
        METHODS.map((method, i) => [method, { psnr: psnr(row(peers, i)), seconds: seconds[method] }]),
      ),
    };
    console.log(name, share, JSON.stringify(results[`${name} ${share / 100}`]));
    pictures.push(image, holes, found.x.data, row(peers, METHODS.indexOf("cubic")));
    await keep();
  }
} finally {
  closeServers();
  rmSync(folder, { recursive: true, force: true });
}
