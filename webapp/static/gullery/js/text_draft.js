// A long text being written: kept in this browser until it is published, offered again when the page is opened later.

const form = document.getElementById("guidelines-draft"), area = form.querySelector("textarea");
const found = document.getElementById("draft-found"), key = `gullery ${form.dataset.key}`;
const original = area.defaultValue, kept = read();

if (kept !== null && kept !== original && !document.querySelector(".preview, [role=alert]")) {
  area.value = kept;
  found.hidden = false;
}
area.addEventListener("input", () => write(area.value === original ? null : area.value));
document.getElementById("draft-drop").addEventListener("click", () => {
  area.value = original;
  write(null);
  found.hidden = true;
  area.focus();
});

function read() {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function write(text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch { /* full, or switched off: the page still publishes */ }
}
