// Bringing a picture of one's own: by the button or dropped anywhere on the page. Then it is the one on screen.

import { cookie } from "gullery/api";
import { gettext } from "gullery/spoken";

const form = document.getElementById("bring"), error = document.getElementById("bring-error");
const input = document.getElementById("brought");

async function bring(file) {
  if (!file || form.classList.contains("busy")) return;
  error.hidden = true;
  form.classList.add("busy");
  try {
    location.assign(`${form.dataset.then}?picture=${(await send(file)).id}`);
  } catch (problem) {
    error.textContent = problem.message;
    error.hidden = false;
    form.classList.remove("busy");
  }
}

async function send(file) {
  const body = new FormData();
  body.append("file", file);
  const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
  const response = await fetch(form.dataset.url, { method: "POST", headers, body, credentials: "same-origin" }).catch(() => {
    throw new Error(gettext("The connection broke off; try again."));
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer) throw new Error(answer?.error?.message ?? gettext("The server answered {status}.", { status: response.status }));
  return answer;
}

input.addEventListener("change", () => { bring(input.files[0]); input.value = ""; });
form.addEventListener("submit", (event) => event.preventDefault());
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
for (const over of ["dragenter", "dragover"]) document.addEventListener(over, (event) => { if (carriesFiles(event)) { event.preventDefault(); document.body.classList.add("over"); } });
for (const out of ["dragleave", "drop"]) document.addEventListener(out, () => document.body.classList.remove("over"));
document.addEventListener("drop", (event) => { if (carriesFiles(event)) { event.preventDefault(); bring(event.dataTransfer.files[0]); } });
