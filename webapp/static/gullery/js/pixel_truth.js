// Whether the screen still shows one image pixel as one device pixel, at the size at which rating began. A pinch or another
// page zoom covers the picture until it is undone; a window moved to another screen starts from that screen's own ratio.

const KEPT = "gullery:screen";
const SLACK = 0.01, SETTLED_MS = 300;

/** Watches for the life of the page; tells `place` by gullery:covered, gullery:uncovered and gullery:screen. */
export function watchTruth(place) {
  return new PixelTruth(place, document.getElementById("cover"));
}

class PixelTruth {
  constructor(place, cover) {
    Object.assign(this, { place, cover, covered: false, events: 0 });
    this.at = screenNow();
    this.begun = remembered() ?? remember(this.at);
    this.scale = 1;
    for (const target of [window, window.visualViewport]) target?.addEventListener("resize", () => this.look());
    this.followRatio();
    this.look();
  }

  begin(events) {
    this.events = events;
  }

  /** A media query tells of one ratio only, so each change asks for a new one. */
  followRatio() {
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", () => this.changed(), { once: true });
  }

  /** The size of another screen may be told a moment after its ratio. */
  changed() {
    this.followRatio();
    this.look();
    setTimeout(() => this.look(), SETTLED_MS);
  }

  /** Asked now and then, for browsers that do not tell; true when the ratio is another than at the last look. */
  check() {
    if (!differs(window.devicePixelRatio, this.at.ratio)) return false;
    this.changed();
    return true;
  }

  look() {
    const now = screenNow(), scale = window.visualViewport?.scale ?? 1;
    const zoomed = differs(now.ratio, this.at.ratio), pinched = differs(scale, 1);
    if (zoomed || (pinched && !differs(this.scale, 1))) this.events += 1;
    if (differs(now.ratio, this.begun.ratio) && !sameScreen(now, this.begun)) this.move(now);
    Object.assign(this, { at: now, scale });
    this.set(pinched ? "pinch" : differs(now.ratio, this.begun.ratio) ? "zoom" : "");
  }

  move(screen) {
    this.begun = remember(screen);
    this.place.dispatchEvent(new CustomEvent("gullery:screen"));
  }

  set(reason) {
    this.cover.hidden = !reason;
    for (const words of this.cover.querySelectorAll("[data-cover]")) words.hidden = words.dataset.cover !== reason;
    for (const number of this.cover.querySelectorAll("[data-zoom]")) number.textContent = `${Math.round((100 * this.at.ratio) / this.begun.ratio)} %`;
    if (this.covered === Boolean(reason)) return;
    this.covered = Boolean(reason);
    this.place.dispatchEvent(new CustomEvent(reason ? "gullery:covered" : "gullery:uncovered"));
  }
}

function screenNow() {
  const { width, height, availLeft = 0, availTop = 0 } = window.screen;
  return { ratio: window.devicePixelRatio, width, height, left: availLeft, top: availTop };
}

/** Page zoom leaves the screen's size as it is; in some browsers in the page's pixels, in others in the device's. */
function sameScreen(one, other) {
  const scaled = other.ratio / one.ratio;
  return [1, scaled].some((by) => ["width", "height", "left", "top"].every((side) => Math.abs(one[side] - other[side] * by) <= 2));
}

const differs = (one, other) => Math.abs(one - other) > SLACK;

/** Kept for the tab: a reload at another zoom is still another zoom. */
function remember(screen) {
  try { sessionStorage.setItem(KEPT, JSON.stringify(screen)); } catch { /* storage is shut: this page remembers alone */ }
  return screen;
}

function remembered() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return kept && (!differs(kept.ratio, window.devicePixelRatio) || sameScreen(screenNow(), kept)) ? kept : null;
  } catch {
    return null;
  }
}
