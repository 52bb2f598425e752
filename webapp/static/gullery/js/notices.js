// Messages from the manager: read ones go away without leaving the page, new ones come by themselves.

import { cookie } from "gullery/api";

const EVERY_MS = 120_000;
const place = () => document.getElementById("notices");

document.addEventListener("submit", async (event) => {
  const notice = event.target.closest("[data-notice]");
  if (!notice) return;
  event.preventDefault();
  const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
  const answer = await fetch(notice.action, { method: "POST", headers }).catch(() => null);
  if (answer?.status === 204) notice.remove(); // a sign-in page is an answer, too, and marks nothing as read
});

async function look() {
  if (document.hidden || !place()?.dataset.url) return;
  const answer = await fetch(place().dataset.url).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("notices");
  if (!fresh) return;
  for (const old of place().querySelectorAll("[data-notice]")) {
    if (!fresh.querySelector(`[data-notice="${CSS.escape(old.dataset.notice)}"]`)) old.remove();
  }
  for (const one of fresh.querySelectorAll("[data-notice]")) {
    if (!place().querySelector(`[data-notice="${CSS.escape(one.dataset.notice)}"]`)) place().prepend(document.adoptNode(one));
  }
}

if (place()?.dataset.url) {
  look();
  setInterval(look, EVERY_MS);
}
