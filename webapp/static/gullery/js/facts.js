// How the region was shown: what a vote says about its own circumstances. CSS pixels and milliseconds.

const CLIENT = "gullery-web/1";

/** `more`: the facts that others know: those of the views, away_ms, edits. */
export function displayFacts(durationMs, hiddenMs, more = {}) {
  const { order, build } = document.getElementById("rate")?.dataset ?? {};
  return {
    duration_ms: durationMs,
    device_pixel_ratio: window.devicePixelRatio,
    viewport_width: window.innerWidth,
    viewport_height: window.innerHeight,
    screen_width: window.screen.width,
    screen_height: window.screen.height,
    outline_hidden_ms: hiddenMs,
    full_window: fillsTheScreen(),
    page_build: build ?? "",
    client: CLIENT,
    ...(order ? { row_order: Number(order) } : {}),
    ...more,
  };
}

/** Up to the system's own bars; a few pixels of frame may lie outside. */
function fillsTheScreen() {
  const { availWidth, availHeight } = window.screen;
  return Boolean(document.fullscreenElement) || (window.outerWidth >= availWidth - 2 && window.outerHeight >= availHeight - 2);
}

/** A random UUID, also where the page is not served over HTTPS. */
export function makeKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
