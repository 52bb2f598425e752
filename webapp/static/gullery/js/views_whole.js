// The whole picture made to fit, with its outline: made once for a picture and a room, and drawn from then on.

import { drawOutline, REACH } from "gullery/outline";

const made = new WeakMap();

/** How much of its size a picture keeps in a room; never more than all of it. */
export function fitting({ bitmap }, [width, height]) {
  return Math.min(1, width / bitmap.width, height / bitmap.height);
}

/** `room` is [width, height] in device pixels. */
export function shrunken(picture, room) {
  const scale = fitting(picture, room), width = Math.max(1, Math.round(picture.bitmap.width * scale)), height = Math.max(1, Math.round(picture.bitmap.height * scale));
  const known = made.get(picture);
  if (known?.width === width && known.height === height) return known;
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.drawImage(picture.bitmap, 0, 0, width, height);
  const mask = shrinkMask(picture.mask, width / picture.bitmap.width, height / picture.bitmap.height, REACH);
  const small = { canvas, width, height, outline: drawOutline(mask), left: mask.left, top: mask.top };
  made.set(picture, small);
  return small;
}

/** Every small pixel that any pixel of the mask lies in, with `pad` empty ones around: an outline outside it covers nothing judged. */
export function shrinkMask(mask, across, down, pad) {
  const left = Math.floor(mask.left * across) - pad, top = Math.floor(mask.top * down) - pad;
  const width = Math.ceil((mask.left + mask.width) * across) + pad - left, height = Math.ceil((mask.top + mask.height) * down) + pad - top;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < mask.height; y++) {
    const first = Math.floor((mask.top + y) * down) - top, last = Math.ceil((mask.top + y + 1) * down) - 1 - top;
    for (let x = 0; x < mask.width; x++) {
      if (!mask.data[y * mask.width + x]) continue;
      const from = Math.floor((mask.left + x) * across) - left, to = Math.ceil((mask.left + x + 1) * across) - 1 - left;
      for (let row = first; row <= last; row++) data.fill(1, row * width + from, row * width + to + 1);
    }
  }
  return { data, width, height, left, top };
}
