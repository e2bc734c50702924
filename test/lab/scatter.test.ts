/** @file Points of a map: found by cells of a grid, chosen by a polygon, put into pixels; each against all of them one by one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { GridIndex } from "../../lab/scatter/grid-index.js";
import { rasterize, stampOf } from "../../lab/scatter/pixel-painter.js";
import { insidePolygon } from "../../lab/scatter/polygon.js";
import { random } from "../../src/random.js";

const places = fc
  .array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), { maxLength: 60 })
  .map((pairs) => Float32Array.from(pairs.flat(), (value) => value / 4));

test("the nearest point and those within an ellipse are those of a look at all", () => {
  const number = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
  const radius = fc.integer({ min: 1, max: 30 }).map((value) => value / 4);
  fc.assert(
    fc.property(places, number, number, radius, radius, (all, x, y, radiusX, radiusY) => {
      const away = Array.from(
        { length: all.length / 2 },
        (_, i) => ((all[2 * i]! - x) / radiusX) ** 2 + ((all[2 * i + 1]! - y) / radiusY) ** 2,
      );
      const index = new GridIndex(all);
      const within = away.flatMap((square, i) => (square <= 1 ? [i] : []));
      expect(Array.from(index.within(x, y, radiusX, radiusY))).toEqual(within);
      const nearest = within.sort((a, b) => away[a]! - away[b]! || a - b)[0];
      expect(index.nearest(x, y, radiusX, radiusY)).toBe(nearest);
    }),
  );
});

test("places that are not finite are nowhere, and no points are no fault", () => {
  const index = new GridIndex(Float32Array.of(Number.NaN, 0, 1, 1, 0, Number.POSITIVE_INFINITY));
  expect(Array.from(index.within(0, 0, 100, 100))).toEqual([1]);
  expect(new GridIndex(new Float32Array()).nearest(0, 0, 1, 1)).toBeUndefined();
});

test("points inside of a convex polygon lie on one side of all its edges", () => {
  const draws = random(3);
  const all = Float32Array.from({ length: 4000 }, () => draws.uniform());
  const corners = Array.from({ length: 7 }, (_, k) => {
    const angle = (2 * Math.PI * k) / 7 + 0.1;
    return [0.5 + 0.4 * Math.cos(angle), 0.45 + 0.3 * Math.sin(angle)] as const;
  });
  const expected = Array.from({ length: 2000 }, (_, i) => i).filter((i) =>
    corners.every(([x, y], k) => {
      const [nextX, nextY] = corners[(k + 1) % 7]!;
      return (nextX - x) * (all[2 * i + 1]! - y) - (nextY - y) * (all[2 * i]! - x) > 0;
    }),
  );
  expect(expected.length).toBeGreaterThan(300);
  expect(Array.from(insidePolygon(corners.flat(), all))).toEqual(expected);
});

test("points inside of any polygon are those around which its edges turn an odd number of times", () => {
  const corner = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }));
  // Points between the lines of whole numbers are on no corner.
  const point = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(
      fc.array(corner, { minLength: 3, maxLength: 12 }),
      fc.array(point, { maxLength: 40 }),
      (corners, pairs) => {
        const all = Float32Array.from(pairs.flatMap(([x, y]) => [x + 0.5, y + 0.28125]));
        const near = (x: number, y: number) =>
          corners.some(([x1, y1], k) => {
            const [x2, y2] = corners[(k + 1) % corners.length]!;
            const cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
            return Math.abs(cross) < 1e-9;
          });
        const turns = (x: number, y: number) => {
          let sum = 0;
          for (const [k, [x1, y1]] of corners.entries()) {
            const [x2, y2] = corners[(k + 1) % corners.length]!;
            const step = Math.atan2(y2 - y, x2 - x) - Math.atan2(y1 - y, x1 - x);
            sum += step - 2 * Math.PI * Math.round(step / (2 * Math.PI));
          }
          return Math.round(sum / (2 * Math.PI));
        };
        const found = new Set(insidePolygon(corners.flat(), all));
        for (let i = 0; i < pairs.length; i++) {
          const [x, y] = [all[2 * i]!, all[2 * i + 1]!];
          if (!near(x, y)) expect(found.has(i)).toBe(turns(x, y) % 2 !== 0);
        }
      },
    ),
  );
});

test("a point is a disc of pixels about its place, and the last one lies above", () => {
  const size = { width: 40, height: 30 };
  const view = { x: 1, y: 2, unitX: 10, unitY: 5 };
  const draw = (points: readonly (readonly [number, number, number])[], diameter: number) => {
    const pixels = new Uint32Array(size.width * size.height);
    const given = {
      places: Float32Array.from(points.flatMap((point) => point.slice(0, 2))),
      colors: Uint32Array.from(points, ([, , color]) => color),
    };
    rasterize(pixels, size, given, view, stampOf(diameter));
    return pixels;
  };
  for (const diameter of [1, 2, 3, 5, 6, 7]) {
    const pixels = draw([[1.02, 2.04, 7]], diameter);
    // The middle of the picture is at x = 20, y = 15; the point lies at 20.2, 14.8.
    const inked = Array.from(pixels.keys()).filter((at) => pixels[at] === 7);
    expect(inked.length).toBe(stampOf(diameter).across.length);
    for (const at of inked) {
      const away = Math.hypot((at % 40) + 0.5 - 20.2, Math.floor(at / 40) + 0.5 - 14.8);
      expect(away).toBeLessThan(diameter / 2 + 0.75);
    }
  }
  expect(
    draw(
      [
        [1, 2, 7],
        [1, 2, 9],
        [Number.NaN, 2, 8],
      ],
      3,
    ).filter((color) => color > 0),
  ).toEqual(new Uint32Array(9).fill(9));
  // Beyond an edge a part of it is left.
  const cut = draw([[-1, 2, 5]], 5);
  expect(cut.filter((color) => color === 5).length).toBeGreaterThan(5);
  expect(cut.filter((color) => color === 5).length).toBeLessThan(stampOf(5).across.length);
});
