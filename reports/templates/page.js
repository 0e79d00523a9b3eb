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
for (const box of document.querySelectorAll("input[data-find]")) {
  const part = document.getElementById(box.dataset.find);
  const told = part.querySelector("[role=status]");
  part.querySelector(".find").hidden = false;
  box.addEventListener("input", () => {
    const word = box.value.trim().toLowerCase();
    for (const row of part.querySelectorAll("tbody tr")) row.hidden = !row.textContent.toLowerCase().includes(word);
    for (const fold of part.querySelectorAll("details")) {
      fold.open = word !== "" && fold.querySelector("tbody tr:not([hidden])") !== null;
    }
    const found = part.querySelectorAll("tbody tr:not([hidden])").length;
    told.textContent = word === "" ? "" : `${found.toLocaleString("en-GB")} found`;
  });
}
