// What experts say of a region, after one's own vote in training. The picture stays in sight beside it.

import { call } from "gullery/api";

const dialog = document.getElementById("feedback");

/** Resolves when the person goes on. Raises as `call` does when there is nothing to show. */
export async function showFeedback(api, voteId, last) {
  const feedback = await call("GET", `${api}/votes/${voteId}/feedback`);
  fill(feedback, last);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
}

function fill(feedback, last) {
  const right = feedback.scales.filter((one) => one.right).length, all = right === feedback.scales.length;
  write("[data-answered]", feedback.answered);
  write("[data-regions]", feedback.regions);
  write("[data-right]", right);
  show("[data-verdict=right]", all);
  show("[data-verdict=most]", !all);
  for (const one of feedback.scales) fillRow(one);
  show("[data-why]", Boolean(feedback.explanation));
  write("[data-why] p", feedback.explanation);
  show("[data-more]", !last);
  show("[data-last]", last);
}

function fillRow({ scale, own, expert, right }) {
  const row = dialog.querySelector(`tr[data-scale="${scale}"]`);
  row.classList.toggle("wrong", !right);
  row.querySelector("[data-own]").textContent = wordOf(scale, own);
  row.querySelector("[data-expert]").textContent = wordOf(scale, expert);
  row.querySelector("[data-mark=right]").hidden = !right;
  row.querySelector("[data-mark=wrong]").hidden = right;
}

/** As the rating screen writes it beside the level's number. */
function wordOf(scale, level) {
  return document.querySelector(`#answers input[name="${scale}"][value="${level}"] + span`).lastChild.textContent;
}

function write(selector, text) {
  dialog.querySelector(selector).textContent = text;
}

function show(selector, yes) {
  dialog.querySelector(selector).hidden = !yes;
}
