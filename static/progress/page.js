// Charts of the progress page. Each is drawn from the table that stands under it; without this script the tables
// are simply open.

import { every, need } from "../dom.js";
import { options, readTable } from "./chart.js";

const BAR_PX = 34;
const isStill = matchMedia("(prefers-reduced-motion: reduce)");
const isDark = matchMedia("(prefers-color-scheme: dark)");
const { Chart } = window;
/** @type {import("chart.js").Chart[]} */
const drawn = [];

const colour = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const faded = (/** @type {number} */ share) => `color-mix(in srgb, ${colour("--accent")} ${share}%, ${colour("--panel")})`;
const texts = (/** @type {Iterable<Element>} */ cells) => Array.from(cells, (cell) => cell.textContent ?? "");

/** @type {(figure: HTMLElement, kind: string) => import("./chart.js").Table} */
function tableOf(figure, kind) {
  const { columns = "" } = figure.dataset;
  return readTable({
    kind,
    headers: texts(figure.querySelectorAll("thead th")),
    rows: every(HTMLTableRowElement, "tbody tr", figure).map((row) => texts(row.cells)),
    columns: columns.split(" ").map(Number),
    room: figure.clientWidth < 500 ? 16 : 32,
  });
}

/** @type {(figure: HTMLElement, Bars: NonNullable<typeof Chart>) => void} */
function draw(figure, Bars) {
  const { chart: kind = "" } = figure.dataset;
  const canvas = need(HTMLElement, ".canvas", figure);
  const numbers = need(HTMLDetailsElement, "details", figure);
  const isOpen = numbers.open && !canvas.hidden;
  const table = tableOf(figure, kind);
  const shades = kind === "stacked" ? [100, 62, 34].map(faded) : [faded(78)];
  const datasets = table.series.map((series, n) => ({
    ...series,
    backgroundColor: shades[n] ?? colour("--line"),
    borderRadius: 3,
    maxBarThickness: 26,
  }));
  canvas.hidden = false;
  if (table.isLying) canvas.style.height = `${table.labels.length * BAR_PX + (kind === "stacked" ? 80 : 40)}px`;
  const look = { ink: colour("--ink"), line: colour("--line"), soft: colour("--soft"), isStill: isStill.matches };
  drawn.push(
    new Bars(need(HTMLCanvasElement, "canvas", canvas), {
      type: "bar",
      data: { labels: table.labels, datasets },
      options: options(table, kind, look),
    }),
  );
  numbers.open = isOpen;
}

if (Chart) {
  const drawAll = () => {
    for (const chart of drawn.splice(0)) chart.destroy();
    for (const figure of every(HTMLElement, ".chart[data-chart]")) draw(figure, Chart);
  };
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawAll();
  isDark.addEventListener("change", drawAll);
}
