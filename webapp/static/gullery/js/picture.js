// The original bytes, decoded once, with the region's outline beside them.
//
// imageOrientation "from-image" turns the picture as its EXIF says, which is the frame masks live in. colorSpaceConversion
// "none" gives the file's own numbers: the import takes nothing that is not sRGB, and a browser that converted a profile
// which is sRGB but for a rounding would move some pixels by one.

import { drawOutline, REACH } from "gullery/outline";
import { maskInBox } from "gullery/rle";
import { gettext } from "gullery/spoken";

// Pictures kept decoded: the one on screen, those ahead, and the last ones for a way back; four bytes for each pixel.
const LIVE = 6, MOST_PIXELS = 120e6;
const live = [];

/** Bytes that are not the file the server keeps: something on the way changed them. */
class ChangedOnTheWay extends Error {}

export async function fetchBitmap(url) {
  let bytes;
  try {
    bytes = await fetchBytes(url, "default");
  } catch (error) {
    if (!(error instanceof ChangedOnTheWay)) throw error;
    bytes = await fetchBytes(url, "reload"); // the browser's own copy may be the damaged one
  }
  return createImageBitmap(bytes, { imageOrientation: "from-image", colorSpaceConversion: "none" });
}

async function fetchBytes(url, cache) {
  const response = await fetch(url, { credentials: "same-origin", cache });
  if (!response.ok) throw new Error(gettext("The server answered {status} for the picture.", { status: response.status }));
  const bytes = await response.blob();
  await checkHash(bytes, response.headers.get("ETag"));
  return bytes;
}

/** The server's tag is the SHA-256 of the original bytes. Browsers can check it on secure pages only. */
async function checkHash(bytes, tag) {
  const wanted = /^(?:W\/)?"([0-9a-f]{64})"$/.exec(tag ?? "")?.[1];
  if (!wanted || !globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer()));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== wanted) throw new ChangedOnTheWay(gettext("The picture that arrived is not the file the study keeps: something between the server and this page changed it. Nothing is lost; try again, or tell the study's manager."));
}

/** Everything the stage needs to show one region. */
export async function loadPicture(image, region) {
  const bitmap = await fetchBitmap(image.url);
  if (bitmap.width !== image.width || bitmap.height !== image.height) {
    throw new Error(gettext("The picture is {here} pixels here and {there} for the server.", { here: `${bitmap.width}×${bitmap.height}`, there: `${image.width}×${image.height}` }));
  }
  const mask = maskInBox(region.rle, image.height, region.box, REACH);
  return keep({ bitmap, box: region.box, mask, outline: drawOutline(mask), left: mask.left, top: mask.top, shown: false });
}

/** Whether a picture can still be shown; an old one has to be loaded again. */
export function usable(picture) {
  return picture.bitmap.width > 0;
}

/** Decoded pictures are large, so old ones are let go of at once: never the newest two, nor one that is on screen. */
function keep(picture) {
  live.push(picture);
  for (const one of live.slice(0, -2)) {
    if (live.length <= LIVE && pixels() <= MOST_PIXELS) break;
    if (one.shown) continue;
    live.splice(live.indexOf(one), 1);
    one.bitmap.close();
  }
  return picture;
}

const pixels = () => live.reduce((sum, { bitmap }) => sum + bitmap.width * bitmap.height, 0);
