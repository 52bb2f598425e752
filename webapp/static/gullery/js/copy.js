// Buttons that copy the text of another element.

import { gettext } from "gullery/spoken";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy), words = button.textContent;
  button.textContent = (await copied(source)) ? gettext("Copied") : gettext("Press Ctrl+C");
  setTimeout(() => { button.textContent = words; }, 2000);
});

/** Without HTTPS a browser refuses the clipboard; then the text is selected for the person. */
async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return false;
  }
}
