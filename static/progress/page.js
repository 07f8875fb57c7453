/* Charts of the progress page. Each is drawn from the table that stands under it; without this script the
   tables are simply open. */
"use strict";

(() => {
  const BAR_PX = 34;
  const MOST_BARS = 12;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const faded = (share) => `color-mix(in srgb, ${colour("--accent")} ${share}%, ${colour("--panel")})`;

  /** Return a cell's number, or null where the table has a dash. */
  const number = (cell) => {
    const text = cell.textContent.trim().replaceAll(",", "");
    return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
  };

  /** Read a table: the labels of its rows, and the columns that are drawn with their headers. */
  function read(figure) {
    const lying = figure.dataset.chart !== "bars" && figure.dataset.chart !== "percent";
    const rows = [...figure.querySelectorAll("tbody tr")].slice(0, lying ? MOST_BARS : undefined);
    const headers = [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent);
    const columns = figure.dataset.columns.split(" ").map(Number);
    return {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      series: columns.map((place) => ({ label: headers[place], data: rows.map((row) => number(row.cells[place])) })),
      notes: rows.map((row) => headers.slice(1).map((header, n) => `${header}: ${row.cells[n + 1].textContent.trim()}`)),
      lying,
    };
  }

  const short = (label, room) => (label.length > room ? `${label.slice(0, room - 1)}…` : label);

  /** Write a day as 3 Mar; other labels stay. */
  function words(label) {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(label) ? new Date(`${label}T12:00:00Z`) : null;
    return day ? day.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }) : label;
  }

  function axes({ lying, labels, notes, room }, percent, stacked) {
    const grid = { color: colour("--line") };
    const ticks = { color: colour("--soft") };
    const names = { grid: { display: false }, stacked, ticks: { ...ticks, autoSkip: !lying, maxRotation: 0, callback: (_, n) => short(words(labels[n]), room) } };
    const values = { grid, stacked, beginAtZero: true, ticks: { ...ticks, precision: 0 }, max: percent ? 100 : undefined };
    return { scales: lying ? { x: values, y: names } : { x: names, y: values } };
  }

  function options(table, percent, stacked) {
    const lines = (items) => table.notes[items[0].dataIndex];
    return {
      ...axes(table, percent, stacked),
      indexAxis: table.lying ? "y" : "x",
      animation: still.matches ? false : { duration: 350 },
      maintainAspectRatio: false,
      plugins: {
        legend: { display: stacked, position: "bottom", labels: { color: colour("--ink"), boxWidth: 14 } },
        tooltip: { displayColors: false, callbacks: { title: (items) => words(table.labels[items[0].dataIndex]), label: () => "", afterBody: lines } },
      },
    };
  }

  function draw(figure) {
    const kind = figure.dataset.chart;
    const room = figure.querySelector(".canvas");
    const table = { ...read(figure), room: figure.clientWidth < 500 ? 16 : 32 };
    const stacked = kind === "stacked";
    const shades = stacked ? [100, 62, 34] : [78];
    const datasets = table.series.map((series, n) => ({
      ...series,
      backgroundColor: n < shades.length ? faded(shades[n]) : colour("--line"),
      borderRadius: 3,
      maxBarThickness: 26,
    }));
    room.hidden = false;
    if (table.lying) room.style.height = `${table.labels.length * BAR_PX + (stacked ? 80 : 40)}px`;
    const chart = new window.Chart(room.querySelector("canvas"), {
      type: "bar",
      data: { labels: table.labels, datasets },
      options: options(table, kind.endsWith("percent"), stacked),
    });
    figure.querySelector("details").open = false;
    return chart;
  }

  function drawAll() {
    drawn.splice(0).forEach((chart) => chart.destroy());
    for (const figure of document.querySelectorAll(".chart[data-chart]")) {
      const open = figure.querySelector("details").open && !figure.querySelector(".canvas").hidden;
      drawn.push(draw(figure));
      figure.querySelector("details").open = open;
    }
  }

  if (!window.Chart) return;
  window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawAll();
  dark.addEventListener("change", drawAll);
})();
