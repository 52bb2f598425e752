// Click to segment: the clicks go to the server, which answers with a mask to look at. Enter takes it.

import { dot } from "gullery/polygon";
import { tinted } from "gullery/review_view";
import { boxOf, maskInBox } from "gullery/rle";
import { gettext } from "gullery/spoken";

const ASK_AGAIN_MS = 150;
const PATIENCE_MS = 60_000;

export class Segment {
  words = gettext("Click inside the region; Alt+click outside it. Enter takes the result.");
  clicks = [];
  answer = null;
  round = 0;

  /** `changed(words)` is called whenever there is something new to see. */
  constructor(server, { width, height }, changed) {
    Object.assign(this, { server, width, height, changed });
  }

  /** A place outside the picture is none. */
  click([x, y], negative) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    this.clicks.push([Math.floor(x), Math.floor(y), !negative]);
    this.ask();
  }

  back() {
    this.clicks.pop();
    if (this.clicks.length) return this.ask();
    this.stop();
    this.answer = null;
    this.changed(this.words);
  }

  /** Whether what is shown is the answer to all clicks: while a correction waits, nobody means the mask before it. */
  ready() {
    return this.answer?.round === this.round;
  }

  /** Waits for no answer any more. */
  stop() {
    this.round += 1;
  }

  finish(server, level) {
    return server.take(this.answer.id, level);
  }

  async ask() {
    const round = ++this.round;
    this.changed(gettext("Looking…"));
    try {
      let sketch = await this.server.sketch(this.clicks);
      for (const since = Date.now(); ["queued", "running"].includes(sketch.status); sketch = await this.server.readSketch(sketch.id)) {
        if (round !== this.round) return;
        if (Date.now() - since > PATIENCE_MS) throw new Error(gettext("No worker answers. Is the interactive worker running?"));
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
      if (round !== this.round) return;
      if (sketch.status !== "done") throw new Error(sketch.error || gettext("No region was found there."));
      this.show(sketch);
      this.changed(gettext("Enter takes it; click again to correct it."));
    } catch (error) {
      if (round === this.round) this.changed(error.message);
    }
  }

  show(sketch) {
    const mask = maskInBox(sketch.rle, this.height, boxOf(sketch.rle, this.height), 2);
    this.answer = { id: sketch.id, round: this.round, mask, picture: tinted(mask, 2, [31, 95, 134], 120, [255, 255, 255]) };
  }

  draw(context, scale) {
    if (this.answer) context.drawImage(this.answer.picture, this.answer.mask.left, this.answer.mask.top);
    for (const [x, y, positive] of this.clicks) dot(context, [x + 0.5, y + 0.5], scale, positive ? "#7fe0a4" : "#ff9b8f");
  }
}
