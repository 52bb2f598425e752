// Work that may wait: until what was just drawn is on screen, or until the page has nothing else to do.

const LATEST_MS = 500;

/** After the next frame; at once in a page that is not to be seen, which gets no frames. */
export function whenPainted(work) {
  if (document.hidden) setTimeout(work);
  else requestAnimationFrame(() => setTimeout(work));
}

export function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: LATEST_MS });
  else setTimeout(work);
}
