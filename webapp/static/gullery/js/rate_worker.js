// The rating page while the server is away: the page and its files as they last were, so that a reload is a reload.
// Votes, seats and pictures never pass through here. The server is always asked first.

const SHELF = "gullery-rating";
const PATIENCE_MS = 6000;
const AWAY = [502, 503, 504];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => { if (event.data?.keep) event.waitUntil(keep(event.data.keep)); });

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/sign-out") event.waitUntil(caches.delete(SHELF)); // the next person sees none of it
  if (request.method !== "GET") return;
  if (request.mode === "navigate" ? /^\/studies\/[^/]+\/rate$/.test(url.pathname) : url.pathname.startsWith("/static/")) event.respondWith(answer(request));
});

/** What is kept, where the server is away or slow; else whatever comes of asking. */
async function answer(request) {
  const asked = fetch(request);
  try {
    const response = await (request.mode === "navigate" ? Promise.race([asked, tooLong()]) : asked);
    if (!AWAY.includes(response.status)) return response;
  } catch { /* it is away, or slow */ }
  return (await kept(request)) ?? asked;
}

function tooLong() {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("The server does not answer.")), PATIENCE_MS); });
}

async function kept(request) {
  return (await caches.open(SHELF)).match(request, { ignoreVary: true });
}

/** Exactly these addresses: what older pages needed goes. */
async function keep(addresses) {
  const shelf = await caches.open(SHELF), wanted = new Set(addresses.map((address) => new URL(address, location.origin).href));
  for (const request of await shelf.keys()) if (!wanted.has(request.url)) await shelf.delete(request);
  for (const url of wanted) {
    const response = await fetch(url, { credentials: "same-origin", redirect: "manual" });
    if (response.ok) await shelf.put(url, response);
  }
}
