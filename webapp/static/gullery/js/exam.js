// Training and exam on the rating screen: how far it is, and on to the result after the last region.

import { call } from "gullery/api";
import { showFeedback } from "gullery/feedback";

const place = document.getElementById("rate"), line = document.getElementById("exam-progress");
const { api, mode } = place.dataset, { exam, result } = line.dataset;

async function afterVote(voteId) {
  const { answered, regions, ended_at } = await call("GET", `${api}/exams/${exam}`);
  if (mode === "training") await showFeedback(api, voteId, Boolean(ended_at));
  if (ended_at) location.assign(result);
  else line.querySelector("[data-place]").textContent = Math.min(answered + 1, regions);
}

place.addEventListener("gullery:voted", ({ detail }) => detail.wait(afterVote(detail.voteId)));
