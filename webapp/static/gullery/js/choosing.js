// Choosing several rows: all of them at once, how many there are, and no button while there are none.

for (const form of document.querySelectorAll("form.chosen")) {
  const rows = [...form.elements].filter((one) => one.matches("[data-one]")), all = form.querySelector("[data-all]");
  const count = form.querySelector("[data-count]"), buttons = form.querySelectorAll("button");

  const tell = () => {
    const chosen = rows.filter((row) => row.checked).length;
    all.checked = chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
    count.textContent = `${chosen} / ${rows.length}`;
    for (const button of buttons) button.disabled = !chosen;
  };
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
    tell();
  });
  addEventListener("change", (event) => { if (rows.includes(event.target)) tell(); }); // some stand elsewhere on the page
  addEventListener("pageshow", tell); // a browser brings back what was chosen
  tell();
}
