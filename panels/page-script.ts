/**
 * @file The one script of a page: rows and numbers at the pointer, classes to hide, a closer look, tables in another order. The page
 * says all it has to say without it. It is a text, since its checksum stands in the page's policy.
 */

export const PAGE_SCRIPT = String.raw`"use strict";
(() => {
const all = (q, of = document) => [...of.querySelectorAll(q)];
const make = (tag, text, on) => {
  const e = document.createElement(tag);
  e.textContent = text;
  if (on) e.addEventListener("click", on);
  if (tag === "button") e.type = "button";
  return e;
};
const tip = make("div", "");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);
const hide = () => { tip.hidden = true; };

for (const figure of all("figure")) {
  const svg = figure.querySelector("svg");
  const points = svg?.querySelector(".points");
  if (!points) continue;
  const bar = make("div", "");
  bar.className = "tools";
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  let view = whole;
  const show = (next) => {
    const width = Math.min(next[2], whole[2]);
    const height = width * whole[3] / whole[2];
    view = [
      Math.max(0, Math.min(whole[2] - width, next[0])),
      Math.max(0, Math.min(whole[3] - height, next[1])),
      width, height];
    svg.setAttribute("viewBox", view.join(" "));
    svg.classList.toggle("near", width < whole[2]);
    hide();
  };
  const zoom = (by, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) =>
    show([x - (x - view[0]) * by, y - (y - view[1]) * by, view[2] * by]);
  bar.append(
    make("button", "Zoom in", () => zoom(0.6)),
    make("button", "Zoom out", () => zoom(1 / 0.6)),
    make("button", "Whole", () => show(whole)));
  const placed = (event, of) => new DOMPoint(event.clientX, event.clientY).matrixTransform(of.getScreenCTM().inverse());
  svg.addEventListener("dblclick", (event) => {
    const at = placed(event, svg);
    zoom(0.6, at.x, at.y);
  });
  let from;
  svg.addEventListener("pointerdown", (event) => { from = view[2] < whole[2] ? placed(event, svg) : undefined; });
  addEventListener("pointerup", () => { from = undefined; });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const at = placed(event, svg);
    show([view[0] + from.x - at.x, view[1] + from.y - at.y, view[2]]);
  });

  svg.after(bar);
  const details = JSON.parse(figure.querySelector("script")?.textContent ?? "{}");
  const names = all("[data-k] text", svg).map((e) => e.querySelector("title")?.textContent ?? e.textContent);
  names.forEach((name, k) => {
    const button = make("button", name.length > 30 ? name.slice(0, 29) + "…" : name, () => {
      const off = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!off));
      for (const path of all('[data-g="' + k + '"]', points)) path.style.display = off ? "none" : "";
    });
    button.setAttribute("aria-pressed", "true");
    bar.append(button);
  });
  let places;
  const find = () => {
    const cells = new Map();
    for (const path of all("path", points)) {
      let row = 0;
      const rows = path.dataset.r.split(" ").map((step) => (row += Number(step)));
      let i = 0;
      for (const [, x, y] of path.getAttribute("d").matchAll(/M([\d.-]+) ([\d.-]+)/g)) {
        const key = (x >> 4) + " " + (y >> 4);
        if (!cells.has(key)) cells.set(key, []);
        cells.get(key).push([+x, +y, rows[i++], path]);
      }
    }
    return cells;
  };
  svg.addEventListener("pointermove", (event) => {
    if (from) return;
    places ??= find();
    const at = placed(event, points);
    let best, least = 100;
    for (let i = -1; i < 2; i++) for (let j = -1; j < 2; j++)
      for (const place of places.get(((at.x >> 4) + i) + " " + ((at.y >> 4) + j)) ?? []) {
        const distance = (place[0] - at.x) ** 2 + (place[1] - at.y) ** 2;
        if (distance < least && place[3].style.display !== "none") { least = distance; best = place; }
      }
    if (!best) return hide();
    const told = details.rows?.[best[2]] ?? [];
    tip.replaceChildren(make("b", "row " + best[2] + (names[best[3].dataset.g] ? ": " + names[best[3].dataset.g] : "")),
      ...told.map((value, j) => make("div", details.columns[j] + ": " + value)));
    tip.hidden = false;
    const box = document.documentElement;
    tip.style.left = Math.max(4, Math.min(event.pageX + 12, box.scrollLeft + box.clientWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = event.pageY + 14 + "px";
  });
  svg.addEventListener("pointerleave", hide);
}

for (const table of all("table")) {
  const body = table.tBodies[0];
  if (!table.tHead || body.rows.length < 2) continue;
  all("th", table.tHead).forEach((head, j) => {
    const button = make("button", "", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of all("th", table.tHead)) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[j].textContent;
      const compare = (a, b) => {
        const [x, y] = [Number(key(a)), Number(key(b))];
        if (Number.isNaN(x) || Number.isNaN(y))
          return Number.isNaN(x) - Number.isNaN(y) || key(a).localeCompare(key(b), "en", { numeric: true });
        return x - y;
      };
      body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * compare(a, b)));
    });
    button.append(...head.childNodes);
    head.append(button);
  });
}
})();
`;
