// What the admin's own scripts leave unnamed is named: its signs are pictures, and no column is without a heading.
// They make their parts when the page has loaded; this module has been read by then, and is called after them.

addEventListener("load", () => {
  for (const sign of document.querySelectorAll("span.help-tooltip[aria-label]")) sign.setAttribute("role", "img");
  for (const heading of document.querySelectorAll("thead th:not(:has(*))")) if (!heading.textContent.trim()) makePlain(heading);
});

/** An empty cell heads nothing. */
function makePlain(heading) {
  const cell = document.createElement("td");
  cell.className = heading.className;
  heading.replaceWith(cell);
}
