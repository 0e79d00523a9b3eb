"use strict";
const charts = [];
for (const data of document.querySelectorAll("script[data-chart]")) {
  const place = document.getElementById(data.dataset.chart);
  const figure = JSON.parse(data.textContent);
  Plotly.newPlot(place, figure.data, figure.layout, { displayModeBar: false, responsive: true });
  charts.push(place);
}
const PAPER_WIDTH = 680;
addEventListener("beforeprint", () => {
  for (const chart of charts) Plotly.relayout(chart, { width: PAPER_WIDTH });
});
addEventListener("afterprint", () => {
  for (const chart of charts) Plotly.relayout(chart, { width: null, autosize: true });
});
