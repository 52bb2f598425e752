// The stage: one image pixel is one device pixel. The canvas has as many pixels as the device shows for it, and the picture
// is drawn at whole offsets without smoothing, so nothing between the file and the screen is invented. The other view, the
// whole picture made to fit, is for importance only.

import { usable } from "gullery/picture";
import { gettext } from "gullery/spoken";
import { shrunken } from "gullery/views_whole";

const GREY = "#6c6c6c";
const EDGE = 8; // CSS pixels around the whole picture

export class Stage extends EventTarget {
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.picture = null;
    this.view = "region";
    this.outlined = true;
    this.offset = { x: 0, y: 0 };
    this.observer = new ResizeObserver((entries) => this.resize(entries[0]));
    this.measure();
  }

  /** The size is told anew now, and from then on whenever it changes. */
  measure() {
    this.observer.disconnect();
    this.observer.observe(this.canvas.parentElement, boxOfDevicePixels());
  }

  /** Follows the window and the page's zoom: what was in the middle stays there. */
  resize(entry) {
    const [width, height] = devicePixels(entry), { canvas } = this;
    if (!width || !height) return;
    const middle = this.middle();
    snap(canvas, width, height);
    if (width === canvas.width && height === canvas.height) return;
    canvas.width = width;
    canvas.height = height;
    if (!this.picture) return this.draw();
    if (this.fits() || !this.placed) this.centre();
    else this.lookAt(middle.x, middle.y);
  }

  show(picture) {
    if (!usable(picture)) throw new Error(gettext("This picture was let go of; load it again."));
    if (this.picture) this.picture.shown = false;
    picture.shown = true;
    this.picture = picture;
    this.view = "region";
    this.outlined = true;
    this.placed = false;
    this.centre();
  }

  /** `region`, pixel for pixel, or `whole`, made to fit. */
  look(view) {
    this.view = this.fits() ? "region" : view;
    this.draw();
  }

  /** Whether the whole picture is seen at full size, which makes one view of the two. */
  fits() {
    return fitsOn(this.canvas, this.picture);
  }

  /** Makes what is slow to make of a large picture before it is on screen: the whole one, made to fit. */
  prepare(picture) {
    if (this.picture && usable(picture) && !fitsOn(this.canvas, picture)) this.small(picture);
  }

  movable() {
    return Boolean(this.picture) && this.view === "region" && !this.fits();
  }

  /** The region in the middle; an axis on which the whole picture fits is centred whole. */
  centre() {
    const [x, y, width, height] = this.picture.box;
    this.placed = this.canvas.width > 1;
    this.lookAt(x + width / 2, y + height / 2);
  }

  /** Whether some of the region's box is to be seen. */
  holdsRegion() {
    const [x, y, width, height] = this.picture.box, left = x + this.offset.x, top = y + this.offset.y;
    return left < this.canvas.width && top < this.canvas.height && left + width > 0 && top + height > 0;
  }

  middle() {
    return { x: this.canvas.width / 2 - this.offset.x, y: this.canvas.height / 2 - this.offset.y };
  }

  lookAt(x, y) {
    this.moveTo(this.canvas.width / 2 - x, this.canvas.height / 2 - y);
  }

  panBy(dx, dy) {
    if (this.movable()) this.moveTo(this.offset.x + dx, this.offset.y + dy);
  }

  moveTo(x, y) {
    if (!this.picture) return;
    const { bitmap } = this.picture;
    this.offset = { x: place(x, bitmap.width, this.canvas.width), y: place(y, bitmap.height, this.canvas.height) };
    this.draw();
  }

  outline(shown) {
    if (this.outlined === shown) return;
    this.outlined = shown;
    this.draw();
  }

  draw() {
    const { context, canvas, picture } = this;
    context.imageSmoothingEnabled = false;
    context.fillStyle = GREY;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (picture) this.drawPicture(...(this.view === "whole" && !this.fits() ? this.whole() : [picture.bitmap, picture, this.offset]));
    this.dispatchEvent(new Event("drawn"));
  }

  drawPicture(image, { outline, left, top }, { x, y }) {
    this.context.drawImage(image, x, y);
    if (this.outlined) this.context.drawImage(outline, x + left, y + top);
  }

  small(picture) {
    const { canvas } = this, edge = Math.round(EDGE * window.devicePixelRatio);
    return shrunken(picture, [Math.max(1, canvas.width - 2 * edge), Math.max(1, canvas.height - 2 * edge)]);
  }

  whole() {
    const { canvas } = this, small = this.small(this.picture);
    return [small.bitmap, small, { x: Math.floor((canvas.width - small.width) / 2), y: Math.floor((canvas.height - small.height) / 2) }];
  }
}

function fitsOn(canvas, { bitmap }) {
  return bitmap.width <= canvas.width && bitmap.height <= canvas.height;
}

/** Puts the canvas on whole device pixels, in place and in size; at odd page zooms its frame lies between them. */
function snap(canvas, width, height) {
  const ratio = window.devicePixelRatio, frame = canvas.parentElement.getBoundingClientRect();
  const shift = (edge) => `${(Math.ceil(edge * ratio - 0.01) - edge * ratio) / ratio}px`;
  Object.assign(canvas.style, { left: shift(frame.left), top: shift(frame.top), width: `${width / ratio}px`, height: `${height / ratio}px` });
}

/** A whole offset: centred when the picture fits, else never leaving a gap at an edge. */
function place(wanted, picture, room) {
  if (picture <= room) return Math.floor((room - picture) / 2);
  return Math.round(Math.min(0, Math.max(room - picture, wanted)));
}

function boxOfDevicePixels() {
  return "devicePixelContentBoxSize" in ResizeObserverEntry.prototype ? { box: "device-pixel-content-box" } : {};
}

/** What the browser says about device pixels, unless it forgets the ratio that it shows the page at. */
function devicePixels(entry) {
  const ratio = window.devicePixelRatio, exact = entry.devicePixelContentBoxSize?.[0];
  const [width, height] = [entry.contentRect.width * ratio, entry.contentRect.height * ratio];
  const sound = exact && Math.abs(exact.inlineSize - width) <= 1 && Math.abs(exact.blockSize - height) <= 1;
  return sound ? [exact.inlineSize, exact.blockSize] : [Math.floor(width), Math.floor(height)];
}
