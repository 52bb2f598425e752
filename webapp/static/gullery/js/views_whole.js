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
  known?.bitmap.close();
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.drawImage(picture.bitmap, 0, 0, width, height);
  const mask = shrinkMask(picture.mask, width / picture.bitmap.width, height / picture.bitmap.height, REACH);
  const bitmap = canvas.transferToImageBitmap(); // drawn now: a canvas would put it off until it is looked at
  const small = { bitmap, width, height, outline: drawOutline(mask), left: mask.left, top: mask.top };
  made.set(picture, small);
  return small;
}

/** Every small pixel that any pixel of the mask lies in, with `pad` empty ones around: an outline outside it covers nothing judged. */
export function shrinkMask(mask, across, down, pad) {
  const left = Math.floor(mask.left * across) - pad, top = Math.floor(mask.top * down) - pad;
  const width = Math.ceil((mask.left + mask.width) * across) + pad - left, height = Math.ceil((mask.top + mask.height) * down) + pad - top;
  const data = new Uint8Array(width * height), columns = spans(mask.left, mask.width, across, left), rows = spans(mask.top, mask.height, down, top);
  for (let y = 0, at = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, at++) {
      if (!mask.data[at]) continue;
      for (let row = rows.first[y]; row <= rows.last[y]; row++) {
        data[row * width + columns.first[x]] = 1;
        data[row * width + columns.last[x]] = 1;
      }
    }
  }
  return { data, width, height, left, top };
}

/** The first and the last small pixel that each of `count` pixels lies in. Made smaller, a pixel lies in two at most. */
function spans(start, count, scale, origin) {
  const first = new Int32Array(count), last = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    first[at] = Math.floor((start + at) * scale) - origin;
    last[at] = Math.ceil((start + at + 1) * scale) - 1 - origin;
  }
  return { first, last };
}
