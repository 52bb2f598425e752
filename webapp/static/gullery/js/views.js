// The two views and what each is for: the region pixel for pixel (quality and the six distortions), the whole picture made
// to fit (importance). A scale unlocks once its view was really seen long enough; how long each was seen goes with the vote.

import { Dwell } from "gullery/views_dwell";
import { watchTruth } from "gullery/pixel_truth";

export const VIEWS = ["region", "whole"];
const SCALES = ["exposure", "noise", "blur", "contrast", "colorfulness", "compression", "quality", "importance"];

const viewFor = (scale) => (scale === "importance" ? "whole" : "region");

/** `protocol.leastViewMs`: how long a view must be seen before its scales unlock; 0 locks nothing. */
export function makeViews(stage, protocol = {}) {
  return new Views(stage, protocol.leastViewMs ?? 0, document.getElementById("rate"));
}

class Views {
  constructor(stage, leastMs, place) {
    Object.assign(this, { stage, leastMs, place, open: new Set() });
    this.truth = watchTruth(place);
    this.dwell = new Dwell(() => this.seeing());
    this.dwell.addEventListener("tick", () => { if (this.truth.check()) stage.measure(); this.unlock(); });
    this.buttons = [...place.querySelectorAll("[data-view]")];
    for (const button of this.buttons) button.addEventListener("click", () => this.go(button.dataset.view));
    stage.addEventListener("drawn", () => this.mark());
  }

  /** A new region is on screen; `kept` is what `measured` said of it before, from a draft. */
  begin(kept = {}) {
    this.open.clear();
    this.truth.begin(kept.zoom_events ?? 0);
    this.dwell.begin({ whole: kept.whole_view_ms ?? 0, region: kept.region_view_ms ?? 0 });
    this.unlock();
  }

  /** No region is on screen. */
  stop() {
    this.dwell.stop();
  }

  /** Milliseconds that a view, `whole` or `region`, was seen. */
  seen(view) {
    return Math.round(this.dwell.seen[view]);
  }

  unlocked(scale) {
    return this.seen(viewFor(scale)) >= this.leastMs;
  }

  covered() {
    return this.truth.covered;
  }

  /** The part of a vote's facts that the views know. */
  measured() {
    this.dwell.count();
    return { whole_view_ms: this.seen("whole"), region_view_ms: this.seen("region"), zoom_events: this.truth.events };
  }

  go(view) {
    this.dwell.count();
    this.stage.look(view);
  }

  toggle() {
    this.go(this.stage.view === "whole" ? "region" : "whole");
  }

  /** A picture that fits at full size is both at once. */
  seeing() {
    if (document.hidden || this.truth.covered || !this.stage.picture || document.querySelector("dialog[open]")) return [];
    return this.stage.fits() ? VIEWS : [this.stage.view];
  }

  unlock() {
    for (const scale of SCALES) {
      if (this.open.has(scale) || !this.unlocked(scale)) continue;
      this.open.add(scale);
      this.place.dispatchEvent(new CustomEvent("gullery:unlocked", { detail: { scale } }));
    }
    this.mark();
  }

  /** The switch says which view is up and which one still has to be looked at. */
  mark() {
    const both = Boolean(this.stage.picture) && this.stage.fits();
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", String(both || button.dataset.view === this.stage.view));
      button.disabled = both;
      button.classList.toggle("seen", this.seen(button.dataset.view) >= this.leastMs);
    }
    for (const words of this.place.querySelectorAll("[data-view-words]")) words.hidden = words.dataset.viewWords !== (both ? "both" : this.stage.view);
  }
}
