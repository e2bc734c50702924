/**
 * @file A panel of any kind: its picture, and the numbers behind it as a table.
 */
import type { Panel, TablePanel } from "../report.js";
import { Bars, barsTable } from "./bars.js";
import { Curves, curvesTable, Spectrum, spectrumTable } from "./curves.js";
import { HeatMap, heatMapTable } from "./heat-map.js";
import { Pixels } from "./pixels.js";
import { type PictureOptions, Scatter, scatterTable } from "./scatter.js";

export type DrawnPanel = Exclude<Panel, TablePanel>;

/** The picture of a panel. */
export function Drawing({ panel, ...options }: { panel: DrawnPanel } & PictureOptions) {
  switch (panel.kind) {
    case "scatter":
      return <Scatter panel={panel} {...options} />;
    case "curves":
      return <Curves panel={panel} {...options} />;
    case "spectrum":
      return <Spectrum panel={panel} {...options} />;
    case "bars":
      return <Bars panel={panel} {...options} />;
    case "heatMap":
      return <HeatMap panel={panel} {...options} />;
    case "image":
      return <Pixels panel={panel} {...options} />;
  }
}

/** Its numbers; none of a picture of pixels that says none. */
export function tableOf(panel: Panel): TablePanel | undefined {
  switch (panel.kind) {
    case "table":
      return panel;
    case "scatter":
      return scatterTable(panel);
    case "curves":
      return curvesTable(panel);
    case "spectrum":
      return spectrumTable(panel);
    case "bars":
      return barsTable(panel);
    case "heatMap":
      return heatMapTable(panel);
    case "image":
      return panel.numbers && { kind: "table", title: panel.title, see: panel.see, ...panel.numbers };
  }
}
