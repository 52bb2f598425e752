// The original bytes, decoded once, with the region's outline beside them.
//
// imageOrientation "from-image" turns the picture as its EXIF says, which is the frame masks live in. colorSpaceConversion
// "default" is the browser's own colour management: pixels of untagged and sRGB files reach the canvas as they are in the
// file, and a file with another profile looks as its maker meant it. "none" would show the wrong colours for the latter.

import { drawOutline, REACH } from "gullery/outline";
import { maskInBox } from "gullery/rle";

export async function fetchBitmap(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`The server answered ${response.status} for the picture.`);
  return createImageBitmap(await response.blob(), { imageOrientation: "from-image", colorSpaceConversion: "default" });
}

/** Everything the stage needs to show one region. */
export async function loadPicture(image, region) {
  const bitmap = await fetchBitmap(image.url);
  if (bitmap.width !== image.width || bitmap.height !== image.height) {
    throw new Error(`The picture is ${bitmap.width}×${bitmap.height} pixels here and ${image.width}×${image.height} for the server.`);
  }
  const mask = maskInBox(region.rle, image.height, region.box, REACH);
  return { bitmap, box: region.box, outline: drawOutline(mask), left: mask.left, top: mask.top };
}
