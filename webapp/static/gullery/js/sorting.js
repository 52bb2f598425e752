// Tables whose rows can be put into another order: a click on the head of a column, once more for the other way round.

const words = new Intl.Collator(document.documentElement.lang, { numeric: true });

for (const table of document.querySelectorAll("table[data-sorts]")) {
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sorts";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head));
  }
}

function sort(table, head) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[head.cellIndex]) }));
  const largestFirst = rows.some(({ value }) => typeof value === "number");
  const now = head.getAttribute("aria-sort");
  const down = now ? now === "ascending" : largestFirst;
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  rows.sort((a, b) => byValue(a.value, b.value, down ? -1 : 1));
  body.append(...rows.map(({ row }) => row));
}

// What is missing stays at the end, whichever way round.
function byValue(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * words.compare(a, b);
}

function valueOf(cell) {
  if (cell.dataset.value) return Number(cell.dataset.value);
  const moment = cell.querySelector("time[datetime]");
  if (moment) return Date.parse(moment.dateTime);
  const text = cell.textContent.trim();
  if (!cell.classList.contains("end")) return text;
  const number = Number.parseFloat(text.replace("−", "-").replaceAll(/[\u202f\u00a0 ](?=\d)/g, ""));
  return Number.isNaN(number) ? null : number;
}
