// What a page says of a moment is in the server's hours; pointed at, it also says when that was by the reader's clock.

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "long" });

document.addEventListener("pointerover", (event) => {
  const moment = event.target.closest?.("time[datetime]");
  if (!moment || moment.title) return;
  const when = new Date(moment.dateTime);
  if (!Number.isNaN(when.getTime())) moment.title = clock.format(when);
});
