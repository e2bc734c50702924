/**
 * @file Clusters of k-means in a report: sizes, centers, the map.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import type { Matrix } from "../../src/data/matrix.js";
import { fitScale } from "../../src/data/scale.js";
import type { KMeans } from "../../src/methods/cluster/k-means.js";
import type { FittedModel } from "../../src/methods/model.js";
import { centersPanel, clustersPanel } from "../cluster-picture.js";
import type { Panel, Section } from "../report.js";

/** @param scaled rows as the clusters were fitted to them. @param count rows whose content may be told. */
export async function clusterSections(
  model: KMeans & FittedModel,
  input: Dataset,
  scaled: Matrix,
  count: number,
): Promise<Section[]> {
  const { centers, labels, rowShape } = model;
  const sizes = new Array<number>(centers.rows).fill(0);
  for (const label of labels) sizes[label]!++;
  const names = sizes.map((_, k) => String(k));
  const own: Panel = isImage(rowShape)
    ? await centersPanel(model, rowShape)
    : {
        kind: "heatMap",
        title: "Centers of the clusters",
        see: "How far the mean of each column within a cluster lies from its mean over all rows, in its standard deviations.",
        rowNames: model.columns ?? Array.from({ length: centers.cols }, (_, j) => `x${j + 1}`),
        columnNames: names.map((name) => `cluster ${name}`),
        values: standing(centers, scaled),
      };
  return [
    {
      heading: "Clusters",
      panels: [
        await clustersPanel(model, Array.from(labels, String), input, scaled, count),
        {
          kind: "bars",
          title: "Sizes of the clusters",
          see: "Rows in each cluster.",
          valueName: "rows",
          names: names.map((name) => `cluster ${name}`),
          series: [{ name: "rows", values: sizes }],
        },
        own,
      ],
    },
  ];
}

/** Means of columns in clusters `[d, k]`, from those of all rows, in standard deviations. */
function standing({ data, rows, cols }: Matrix, scaled: Matrix): Float64Array {
  const { offset, factor } = fitScale(scaled, "standard");
  return Float64Array.from({ length: data.length }, (_, at) => {
    const [j, k] = [Math.floor(at / rows), at % rows];
    return (data[k * cols + j]! - offset[j]!) / factor[j]!;
  });
}
