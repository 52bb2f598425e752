// Bringing images in: chosen or dropped, packed here, sent with real progress, then on to the report.

import { cookie } from "gullery/api";
import { droppedFiles } from "gullery/dropped";
import { gettext } from "gullery/spoken";
import { pack } from "gullery/zip";

const $ = (id) => document.getElementById(id);
const form = $("drop");
let request = null, busy = false, stopped = false;

/** One upload at a time, from the reading of what was dropped on; `read` gives the files, at once or later. */
async function bring(read) {
  if (busy) return;
  busy = true;
  stopped = false;
  $("upload-error").hidden = true;
  try {
    const entries = await read();
    if (!entries.length) return;
    $("upload").hidden = false;
    const file = await asZip(entries);
    if (!stopped) await send(file);
  } catch (error) {
    $("upload-error").textContent = error.message;
    $("upload-error").hidden = false;
    $("upload").hidden = true;
  } finally {
    request = null;
    busy = false;
  }
}

async function asZip(entries) {
  const [only] = entries;
  if (entries.length === 1 && only.name.toLowerCase().endsWith(".zip")) return only.file;
  return pack(entries, (done) => {
    if (stopped) throw new Error(gettext("Stopped. Nothing was imported."));
    tell((10 * done) / entries.length, gettext("Packing {done} of {all}", { done, all: entries.length }));
  });
}

function send(file) {
  const body = new FormData();
  body.append("file", file, "upload.zip");
  return new Promise((resolve, reject) => {
    request = new XMLHttpRequest();
    request.open("POST", form.dataset.url);
    request.setRequestHeader("X-CSRFToken", cookie("csrftoken"));
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => tell(10 + (90 * event.loaded) / event.total, gettext("Sending {done} of {all}", { done: size(event.loaded), all: size(event.total) }));
    request.onload = () => {
      if (request.status === 201) location.assign(form.dataset.then ?? request.response.url);
      else reject(new Error(request.response?.error?.message ?? gettext("The server answered {status}. Nothing was imported.", { status: request.status })));
      resolve();
    };
    request.onerror = () => reject(new Error(gettext("The connection broke off. Nothing was imported; try again.")));
    request.onabort = () => reject(new Error(gettext("Stopped. Nothing was imported.")));
    request.send(body);
  });
}

function tell(percent, words) {
  $("upload-bar").value = percent;
  $("upload-text").textContent = words;
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

$("files").addEventListener("change", (event) => {
  const entries = [...event.target.files].map((file) => ({ name: file.name, file }));
  bring(() => entries);
  event.target.value = "";
});
$("upload-stop").addEventListener("click", () => { stopped = true; request?.abort(); $("upload").hidden = true; });
for (const over of ["dragenter", "dragover"]) form.addEventListener(over, (event) => { event.preventDefault(); form.classList.add("over"); });
for (const out of ["dragleave", "drop"]) form.addEventListener(out, () => form.classList.remove("over"));
form.addEventListener("drop", (event) => { event.preventDefault(); bring(() => droppedFiles(event.dataTransfer)); });
form.addEventListener("submit", (event) => event.preventDefault());
