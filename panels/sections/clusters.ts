/**
 * @file Clusters in a report: how many and why, sizes, what makes them different, the map, rows that are in none.
 */
import { columnNames, type Dataset, rowInFile } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import type { Matrix, Numbers } from "../../src/data/matrix.js";
import { fitScale, type ScaleKind } from "../../src/data/scale.js";
import type { KMeans } from "../../src/methods/cluster/k-means.js";
import type { FittedModel } from "../../src/methods/model.js";
import { clusterMeans } from "../../src/tasks/cluster/cluster-means.js";
import type { RowClustering } from "../../src/tasks/cluster/cluster-rows.js";
import { centersPanel, clustersPanel } from "../cluster-picture.js";
import type { Panel, Section } from "../report.js";
import { shownNumber, shownPercent } from "../text-table.js";

/** @param scale that the clusters were fitted with. @param count rows whose content may be told. */
export async function clusterSections(
  found: RowClustering,
  input: Dataset,
  scale: ScaleKind,
  count: number,
): Promise<Section[]> {
  const { model, labels, groups, clusters, reason, trials, outliers, noise, fitted } = found;
  const names = groups.map(({ cluster }) => `cluster ${cluster}`);
  const images = isImage(model.rowShape) && "centers" in model;
  const own: Panel = images
    ? await centersPanel(model as KMeans & FittedModel, model.rowShape!)
    : {
        kind: "heatMap",
        title: "Means of the clusters",
        see: "How far the mean of each column within a cluster lies from its mean over all rows in clusters, in its standard deviations.",
        rowNames: columnNames(model.columns, fitted.x.cols),
        columnNames: names,
        values: standing(clusterMeans(fitted.x, model.labels, clusters), fitted.x),
      };
  const described: Panel[] = [
    {
      kind: "table",
      title: "What makes each cluster different",
      see: "Columns in which the rows of a cluster differ most from those of the others: medians and means, of a category the share of a level. An effect of 0.2 is small, of 0.8 large.",
      columns: [
        "cluster",
        "column",
        "level",
        "median",
        "of the others",
        "mean or share",
        "of the others",
        "effect",
      ],
      rows: groups.flatMap(({ cluster, differences }) =>
        differences.map(({ column, level, insideMedian, othersMedian, inside, others, effect }) => [
          String(cluster),
          column,
          level,
          insideMedian,
          othersMedian,
          inside,
          others,
          effect,
        ]),
      ),
    },
    ...(count > 0
      ? [
          {
            kind: "table",
            title: "Typical rows",
            see: "The rows nearest to the middle of each cluster, by their place in the file.",
            columns: ["cluster", "rows", "share", "typical rows"],
            rows: groups.map(({ cluster, size, share, typical }) => [
              String(cluster),
              size,
              shownPercent(share),
              typical.map((row) => rowInFile(input, row)).join(", "),
            ]),
          } as const,
        ]
      : []),
  ];
  const sections: Section[] = [
    {
      heading: "Clusters",
      ...(reason !== undefined && {
        text: `${clusters === 1 ? "One group" : `${clusters} clusters`}: ${reason}.`,
      }),
      panels: [
        await clustersPanel(model, labels, input, scale, count),
        ...described,
        {
          kind: "bars",
          title: "Sizes of the clusters",
          see: "Rows in each cluster.",
          valueName: "rows",
          names,
          series: [{ name: "rows", values: groups.map(({ size }) => size) }],
        },
        ...(clusters > 0 ? [own] : []),
      ],
    },
  ];
  if (trials && trials.length > 0)
    sections.push({
      heading: "Number of clusters",
      panels: [
        {
          kind: "table",
          title: "Figures of every number of clusters",
          see: "A high silhouette means clusters that stand apart; a stability near 1, that other rows would give the same ones.",
          columns: ["clusters", "silhouette", "stability", "gap", "standard error of the gap"],
          rows: trials.map(({ clusters: k, silhouette, stability, gap, gapError }) => [
            k,
            silhouette ?? "",
            stability ?? "",
            gap,
            gapError,
          ]),
        },
      ],
    });
  if (outliers.length > 0 || noise > 0)
    sections.push({
      heading: "Rows in no cluster",
      text: `${outliers.length} rows are far from all others, and ${noise} lie between the clusters.`,
      panels:
        outliers.length > 0 && count > 0
          ? [
              {
                kind: "table",
                title: "Rows far from all others",
                see: "Each with the column in which it is farthest from the median.",
                columns: ["row", "column", "value", "median"],
                rows: outliers
                  .slice(0, count)
                  .map(({ row, column, value, expected }) => [
                    rowInFile(input, row),
                    column,
                    shownNumber(value),
                    shownNumber(expected),
                  ]),
              },
            ]
          : [],
    });
  return sections;
}

/** Means of columns in clusters `[d, k]`, from those of all rows, in standard deviations. */
function standing({ data, rows, cols }: Numbers, scaled: Matrix): Float64Array {
  const { offset, factor } = fitScale(scaled, "standard");
  return Float64Array.from({ length: data.length }, (_, at) => {
    const [j, k] = [Math.floor(at / rows), at % rows];
    return (data[k * cols + j]! - offset[j]!) / factor[j]!;
  });
}
