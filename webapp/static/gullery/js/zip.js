// Packs files into one zip without compressing: photographs are compressed already, and a blob of blobs stays on the disk.

import { gettext } from "gullery/spoken";

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});
const MOST_BYTES = 0xf0000000;
const MOST_FILES = 65_000;
const UTF8_NAMES = 0x0800;

/** The CRC-32 of a file, read piece by piece. */
export async function checksum(file) {
  let crc = 0xffffffff;
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const byte of piece.value) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** `entries` are {name, file}; `onPacked(count)` is told after each. Throws when the zip would be too large for its format. */
export async function pack(entries, onPacked = () => {}) {
  const bytes = entries.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MOST_BYTES || entries.length > MOST_FILES) throw new Error(gettext("This is too much for one upload. Send parts, or put the folder on the server and import it there."));
  const parts = [], directory = [];
  let at = 0;
  for (const [index, { name, file }] of entries.entries()) {
    const label = new TextEncoder().encode(name), crc = await checksum(file);
    directory.push(header(0x02014b50, label, crc, file.size, at));
    parts.push(header(0x04034b50, label, crc, file.size), file);
    at += 30 + label.length + file.size;
    onPacked(index + 1);
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  return new Blob([...parts, ...directory, ending(entries.length, length, at)], { type: "application/zip" });
}

/** A local header, or with `at` the directory's entry for a file that begins there. */
function header(signature, label, crc, size, at) {
  const inDirectory = at !== undefined, numbers = [];
  const two = (value) => numbers.push(value & 255, (value >>> 8) & 255);
  const four = (value) => { two(value); two(value >>> 16); };
  four(signature);
  if (inDirectory) two(20);
  [20, UTF8_NAMES, 0, 0, 33].forEach(two); // stored; the time is the format's first day
  [crc, size, size].forEach(four);
  two(label.length);
  two(0);
  if (inDirectory) { [0, 0, 0].forEach(two); four(0); four(at); }
  return Uint8Array.from([...numbers, ...label]);
}

function ending(count, length, at) {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, length, true);
  view.setUint32(16, at, true);
  return new Uint8Array(view.buffer);
}
