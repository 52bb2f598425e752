// Parts of a page that renew themselves wait while somebody presses in them: a press that begins on one button and ends on
// the one in its place is no click. Who was on one with the keyboard is on the one in its place.

let pressed = null;
let focused = null;

document.addEventListener("pointerdown", (event) => { pressed = event.target; }, true);
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => setTimeout(() => { pressed = null; }), true); // its click comes in between
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (pressed && target.contains(pressed)) event.detail.shouldSwap = false;
  else if (target.contains(document.activeElement)) focused = sign(document.activeElement);
});

document.addEventListener("htmx:afterSettle", () => {
  const same = focused && [...document.querySelectorAll("a, button, input, select, summary, textarea, [tabindex]")].find((one) => sign(one) === focused);
  if (same && document.activeElement === document.body) same.focus({ preventScroll: true });
  focused = null;
});

function sign(one) {
  return [one.tagName, one.href ?? one.form?.action ?? "", one.name ?? "", one.textContent.trim()].join(" ");
}
