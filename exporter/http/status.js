// The status page with JavaScript: it refreshes each 10 seconds, filters and sorts. Without it the
// page is whole, and still.
"use strict";

const REFRESH_MILLISECONDS = 10000;
const filter = document.getElementById("filter");
const shown = document.getElementById("shown");
// By the table's heading: which column its rows are sorted by, and which way.
const sorting = new Map();

const tables = () => document.querySelectorAll("table.sortable");
const nameOf = (table) => table.getAttribute("aria-labelledby");
const orderOf = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.order ?? cell.textContent;
};

function sort(table) {
  const chosen = sorting.get(nameOf(table));
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (chosen && chosen.column === column) head.setAttribute("aria-sort", chosen.direction);
    else head.removeAttribute("aria-sort");
  });
  if (!chosen) return;
  const sign = chosen.direction === "ascending" ? 1 : -1;
  const compare = new Intl.Collator(undefined, {numeric: true}).compare;
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => sign * compare(orderOf(a, chosen.column), orderOf(b, chosen.column)));
  table.tBodies[0].append(...rows);
}

function choose(table, column) {
  const before = sorting.get(nameOf(table));
  const again = before && before.column === column && before.direction === "ascending";
  sorting.set(nameOf(table), {column, direction: again ? "descending" : "ascending"});
  sort(table);
}

function addButtons(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.id = `${nameOf(table)}-${column}`;
    button.addEventListener("click", () => choose(table, column));
    head.replaceChildren(button);
  });
}

function show() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let visible = 0, all = 0;
  for (const table of tables()) {
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      all += 1;
      visible += row.hidden ? 0 : 1;
    }
  }
  shown.textContent = words.length ? `${visible} of ${all} rows` : "";
}

function prepare() {
  for (const table of tables()) {
    addButtons(table);
    sort(table);
  }
  show();
}

async function refresh() {
  if (document.hidden) return;
  const status = document.getElementById("status");
  let fresh = null;
  try {
    const answer = await fetch("/", {cache: "no-store"});
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      fresh = page.getElementById("status");
    }
  } catch {
    // The exporter does not answer: what is shown is old, and says so below.
  }
  document.title = (fresh ? "" : "no answer: ") + "Redis Fleet Exporter";
  if (!fresh) {
    shown.textContent = "The exporter does not answer: this is what it said last.";
    return;
  }
  const focused = document.activeElement && document.activeElement.id;
  status.replaceChildren(...fresh.childNodes);
  prepare();
  if (focused) document.getElementById(focused)?.focus();
}

document.getElementById("controls").hidden = false;
document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
filter.addEventListener("input", show);
document.addEventListener("visibilitychange", refresh);
prepare();
setInterval(refresh, REFRESH_MILLISECONDS);
