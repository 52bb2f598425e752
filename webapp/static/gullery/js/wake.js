// A laptop that slept, a page the browser stopped, a clock that was set: the page's own beat then comes much too late.

const BEAT_MS = 2000;
const JUMP_MS = 20_000;

/** Calls `woken` after each such gap, with the milliseconds of it that the page's own clock has counted. */
export function onWake(woken) {
  let last = { wall: Date.now(), steady: performance.now() };
  const beat = () => {
    const now = { wall: Date.now(), steady: performance.now() };
    const counted = now.steady - last.steady - BEAT_MS, late = Math.max(Math.abs(now.wall - last.wall) - BEAT_MS, counted);
    last = now;
    if (late > JUMP_MS) woken(Math.max(0, counted));
  };
  setInterval(beat, BEAT_MS);
  document.addEventListener("resume", beat);
  window.addEventListener("pageshow", (event) => { if (event.persisted) beat(); });
}
