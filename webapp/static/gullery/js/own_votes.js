// One's own last votes that may still be taken back: a small picture of each, what was said, and the way back.

import { call } from "gullery/api";
import { fetchBitmap } from "gullery/picture";
import { clock } from "gullery/spoken";

const SIDE = 96;
const AROUND = 0.25;

export class OwnVotes {
  /** `back` is called with a vote and the promise of its seat when the person wants to rate that region again. */
  constructor(dialog, { api, slug, person, back }) {
    Object.assign(this, { dialog, api, slug, person, back, list: dialog.querySelector("ol"), row: dialog.querySelector("template") });
    this.small = new Map();
  }

  async open() {
    if (this.dialog.open) return;
    this.list.replaceChildren();
    this.tell("loading");
    this.dialog.showModal();
    try {
      const { votes } = await this.person.call("GET", `${this.api}/studies/${this.slug}/votes/recent`);
      this.tell(votes.length ? "list" : "none");
      this.list.append(...votes.filter((vote) => vote.assignment).map((vote) => this.item(vote)));
    } catch {
      this.tell("away");
    }
  }

  tell(state) {
    for (const words of this.dialog.querySelectorAll("[data-state]")) words.hidden = words.dataset.state !== state;
  }

  item(vote) {
    const item = this.row.content.cloneNode(true).querySelector("li"), { quality, importance, ...distortions } = vote.opinion;
    const found = Object.entries(distortions).filter(([, level]) => level < 5);
    item.querySelector("time").dateTime = vote.created_at;
    item.querySelector("time").textContent = clock(new Date(vote.created_at));
    item.querySelector("[data-said]").textContent = [["quality", quality], ["importance", importance], ...found].map(inWords).join(" · ");
    const seat = call("GET", `${this.api}/assignments/${vote.assignment}`);
    seat.then((found) => this.draw(item.querySelector("canvas"), found)).catch(() => {});
    item.querySelector("button").addEventListener("click", () => { this.dialog.close(); this.back(vote, seat); });
    return item;
  }

  /** The region with a little around it, from the file the browser mostly still has. */
  async draw(canvas, { id, image, region }) {
    if (!this.small.has(id)) this.small.set(id, await thumbnail(image, region));
    const small = this.small.get(id);
    canvas.width = small.width;
    canvas.height = small.height;
    canvas.getContext("2d").drawImage(small, 0, 0);
  }
}

/** As the rows of the page say it, in the page's language. */
function inWords([scale, level]) {
  const row = document.querySelector(`fieldset[data-scale=${scale}]`), word = row.querySelector(`input[value="${level}"] + span`).lastChild.textContent;
  return `${row.dataset.word} ${word.toLowerCase()}`;
}

async function thumbnail(image, { box }) {
  const bitmap = await fetchBitmap(image.url), [x, y, width, height] = widened(box, image);
  const scale = SIDE / Math.max(width, height), canvas = new OffscreenCanvas(Math.max(1, width * scale), Math.max(1, height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, x, y, width, height, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

function widened([x, y, width, height], image) {
  const left = Math.max(0, x - AROUND * width), top = Math.max(0, y - AROUND * height);
  return [left, top, Math.min(image.width - left, width * (1 + 2 * AROUND)), Math.min(image.height - top, height * (1 + 2 * AROUND))];
}
