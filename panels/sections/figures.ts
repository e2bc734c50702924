/**
 * @file The figures of a piece of work in a report.
 */
import type { Section } from "../report.js";
import type { Report as Figures } from "../report-text.js";

/** Nothing where there are none. */
export function figuresSection({ metrics = {}, latentDim }: Partial<Figures>): Section[] {
  const rows = Object.entries({ ...(latentDim !== undefined && { latentDim }), ...metrics });
  if (rows.length === 0) return [];
  return [
    {
      heading: "Figures",
      panels: [
        {
          kind: "table",
          title: "Figures of the whole",
          see: "Names and units are those of the library.",
          columns: ["figure", "value"],
          rows,
        },
      ],
    },
  ];
}
