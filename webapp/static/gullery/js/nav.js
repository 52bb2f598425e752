// On a narrow screen the tabs of a study are wider than the window: the one that is open is brought into it.

for (const open of document.querySelectorAll("nav [aria-current]")) {
  const row = open.closest("ul, ol");
  if (!row || row.scrollWidth <= row.clientWidth) continue;
  const [frame, own] = [row.getBoundingClientRect(), open.getBoundingClientRect()];
  row.scrollLeft += own.left + own.width / 2 - frame.left - frame.width / 2;
}
