/**
 * @file A small map without a pointer: points in their place, drawn anew as they move.
 */
import { robustLimits } from "../../panels/draw/limits.js";
import { scaleColors, useStillPoints } from "./still-points.js";

const PADDING = 8;

export interface StillMapProps {
  readonly label: string;
  /** Places `[2n]`. */
  readonly places: Float32Array;
  /** Step of the scale of each point `[n]`, 0 to 31. */
  readonly groups: Uint8Array;
  /** Pixels across a point. */
  readonly diameter: number;
}

export function StillMap({ label, places, groups, diameter }: StillMapProps) {
  const host = useStillPoints(
    (width, height, ratio) => {
      if (places.length === 0) return undefined;
      const ends = (axis: number) => robustLimits(places.filter((_, at) => at % 2 === axis));
      const [across, up] = [ends(0), ends(1)];
      const room = (pixels: number, { low, high }: { low: number; high: number }) =>
        (pixels - 2 * PADDING * ratio) / (high > low ? high - low : 1);
      const unit = Math.min(room(width, across), room(height, up));
      return {
        points: { places, colors: scaleColors(groups) },
        view: { x: (across.low + across.high) / 2, y: (up.low + up.high) / 2, unitX: unit, unitY: unit },
        diameter: diameter * ratio,
      };
    },
    [places, groups, diameter],
  );
  return <div class="still-map" ref={host} role="img" aria-label={label} />;
}
