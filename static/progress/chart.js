// What a chart shows, worked out from the cells of its table: numbers, labels and the options of chart.js.

const MOST_BARS = 12;

/** @typedef {{ labels: string[], notes: string[][], series: { label: string, data: (number | null)[] }[], isLying: boolean, room: number }} Table */
/** @typedef {{ ink: string, line: string, soft: string, isStill: boolean }} Look */

/** Return a cell's number, or null where the table has a dash. @param {string} cell */
export function numberIn(cell) {
  const text = cell.trim().replaceAll(",", "");
  return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
}

/**
 * Take what is drawn from a table: `columns` are the drawn ones, `room` the longest label in characters.
 * @param {{ kind: string, headers: string[], rows: string[][], columns: number[], room: number }} cells
 * @returns {Table}
 */
export function readTable({ kind, headers, rows, columns, room }) {
  const isLying = kind !== "bars" && kind !== "percent";
  const drawn = isLying ? rows.slice(0, MOST_BARS) : rows;
  return {
    labels: drawn.map(([label = ""]) => label.trim()),
    series: columns.map((n) => ({ label: headers[n] ?? "", data: drawn.map((row) => numberIn(row[n] ?? "")) })),
    notes: drawn.map((row) => headers.slice(1).map((header, n) => `${header}: ${row[n + 1]?.trim()}`)),
    isLying,
    room,
  };
}

/** @type {(label: string, room: number) => string} */
const short = (label, room) => (label.length > room ? `${label.slice(0, room - 1)}…` : label);

/** Write a day as 3 Mar; other labels stay. @param {string} label */
export function words(label) {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(label) ? new Date(`${label}T12:00:00Z`) : null;
  return day ? day.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }) : label;
}

/** @type {(table: Table, kind: string, look: Look) => import("chart.js").ChartOptions<"bar">["scales"]} */
function axes({ isLying, labels, room }, kind, look) {
  const stacked = kind === "stacked";
  const grid = { color: look.line };
  const ticks = { color: look.soft };
  const name = (/** @type {unknown} */ _, /** @type {number} */ n) => short(words(labels[n] ?? ""), room);
  const names = { grid: { display: false }, stacked, ticks: { ...ticks, autoSkip: !isLying, maxRotation: 0, callback: name } };
  const most = kind.endsWith("percent") ? 100 : undefined;
  const values = { grid, stacked, beginAtZero: true, ticks: { ...ticks, precision: 0 }, max: most };
  return isLying ? { x: values, y: names } : { x: names, y: values };
}

/** @type {(table: Table, kind: string, look: Look) => import("chart.js").ChartOptions<"bar">} */
export function options(table, kind, look) {
  /** @type {(items: { dataIndex: number }[]) => number} */
  const row = ([item]) => item?.dataIndex ?? 0;
  return {
    scales: axes(table, kind, look),
    indexAxis: table.isLying ? "y" : "x",
    animation: look.isStill ? false : { duration: 350 },
    maintainAspectRatio: false,
    plugins: {
      legend: { display: kind === "stacked", position: "bottom", labels: { color: look.ink, boxWidth: 14 } },
      tooltip: {
        displayColors: false,
        callbacks: {
          title: (items) => words(table.labels[row(items)] ?? ""),
          label: () => "",
          afterBody: (items) => table.notes[row(items)] ?? [],
        },
      },
    },
  };
}
