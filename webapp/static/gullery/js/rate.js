// The rating screen: takes a seat, shows its region, keeps the answers, sends the vote, goes on.

import { Answers } from "gullery/answers";
import { Away, call, SignedOut } from "gullery/api";
import { Drafts } from "gullery/drafts";
import { displayFacts, makeKey } from "gullery/facts";
import { forgetLastGuess, showGuess, showLastGuess } from "gullery/guess";
import { Outbox } from "gullery/outbox";
import { OutlineSwitch } from "gullery/outline_switch";
import { overview, pannable } from "gullery/panning";
import { listenToKeys } from "gullery/rate_keys";
import { countOne, notice, openDialog, saved, say, showScreen, watchPinch } from "gullery/rate_words";
import { Seats } from "gullery/seats";
import { Stage } from "gullery/stage";
import { Stopwatch } from "gullery/stopwatch";

const $ = (id) => document.getElementById(id);
const LOOK_AGAIN_MS = 20_000, HEARTBEAT_MS = 60_000;
const { api, slug, user } = $("rate").dataset;

const stage = new Stage($("picture")), answers = new Answers($("answers"));
const drafts = new Drafts(user), outline = new OutlineSwitch(stage), watch = new Stopwatch(), pinched = watchPinch();
const outbox = new Outbox(user, (payload) => call("POST", `${api}/votes`, payload));
const seats = new Seats(api, slug, () => outbox.rows.map((row) => row.seat));
const durations = [];
let shown = null, last = null, busy = false, again = 0, moving = null;

/** On to the next region; however often it is called, one step is taken at a time. */
function next() {
  clearTimeout(again);
  moving ??= move().finally(() => { moving = null; });
  return moving;
}

async function move() {
  if (!seats.current) await ask();
  if (seats.current && seats.current !== shown) await show(seats.current);
}

/** Asks for seats; without one, says why and looks again later. */
async function ask() {
  if (!seats.current) showScreen(outbox.rows.length && outbox.failures ? "away" : "loading");
  try {
    await seats.fill();
    if (!seats.current) wait(seats.answer === "seat" ? "nothing_now" : seats.answer);
  } catch (error) {
    if (error instanceof SignedOut) openDialog("signed-out");
    if (seats.current) return;
    if (error instanceof Away || error instanceof SignedOut) wait("away", 3000);
    else trouble(error);
  }
}

function wait(screen, milliseconds = LOOK_AGAIN_MS) {
  shown = null;
  watch.stop();
  showScreen(screen);
  again = setTimeout(next, milliseconds);
}

function trouble(error) {
  shown = null;
  $("trouble-text").textContent = error.message;
  showScreen("trouble");
}

async function show(held) {
  const draft = await drafts.read(held.seat);
  let picture;
  try {
    picture = await held.picture;
  } catch (error) {
    held.load();
    return trouble(error);
  }
  shown = held;
  showScreen("rating");
  stage.show(picture);
  showGuess(held.seat.hint);
  answers.fill(draft.levels);
  outline.begin(draft.hidden_ms);
  watch.begin(draft.spent_ms);
  say("");
}

function keepDraft() {
  if (shown) drafts.write(shown.seat, { levels: answers.levels(), spent_ms: watch.read(), hidden_ms: outline.hidden() });
}

async function submit() {
  if (!shown || busy || pinched()) return;
  const missing = answers.missing();
  if (missing.length) {
    answers.go(answers.rows.indexOf(missing[0]));
    return say(`Still to answer: ${missing.map((row) => row.dataset.scale).join(", ")}.`);
  }
  busy = true;
  const held = seats.advance(), facts = displayFacts(watch.read(), outline.hidden()), opinion = answers.levels();
  const payload = { lease: held.seat.lease, idempotency_key: makeKey(), opinion, facts };
  shown = null;
  last = { held, payload, id: null };
  await outbox.add(held.seat, payload);
  drafts.drop(held.seat);
  durations.push(facts.duration_ms);
  countOne(durations);
  $("undo").disabled = false;
  busy = false;
  await next();
}

/** A vote is with the server, so there may be a seat to hold ahead, or at last an answer to "is there more?". */
async function afterStored() {
  await moving;
  if (shown) seats.fill().catch(() => {});
  else if (!busy) next();
}

/** Back to the last vote of this session: taken back, then shown with its answers as a draft. */
async function undo() {
  if (!last || busy) return;
  busy = true;
  const { held, payload, id } = last;
  try {
    if (id) await call("POST", `${api}/votes/${id}/retraction`);
    else if (!(await outbox.withdraw(payload.idempotency_key))) return notice("Your last vote is still on its way. Try again when it is saved.");
    keepDraft();
    last = null;
    forgetLastGuess();
    $("undo").disabled = true;
    durations.pop();
    countOne(durations, -1);
    await drafts.write(held.seat, { levels: payload.opinion, spent_ms: payload.facts.duration_ms, hidden_ms: payload.facts.outline_hidden_ms });
    seats.putFirst(held);
    await next();
    say("Your last vote is taken back. Change it and submit again.");
  } catch (error) {
    if (error instanceof SignedOut) openDialog("signed-out");
    else notice(error instanceof Away ? "The server is away; your last vote stays as it is." : error.message);
  } finally {
    busy = false;
  }
}

function answer(level) {
  const { scale, top } = answers.rows[answers.current].dataset;
  if (!answers.answer(level)) say(`${scale[0].toUpperCase()}${scale.slice(1)} goes from 0 to ${top}.`);
  return true;
}

async function heartbeat() {
  if (document.hidden || !seats.current) return;
  if (await seats.renew()) notice("Your turn on this region ran out. You can finish it all the same; the vote is kept.");
}

function listen() {
  answers.addEventListener("change", () => {
    const left = answers.missing().length;
    say(left ? "" : "All eight answered.");
    $("submit").classList.toggle("ready", !left);
    keepDraft();
  });
  outbox.addEventListener("state", (event) => saved(event.detail));
  outbox.addEventListener("signedout", () => openDialog("signed-out"));
  outbox.addEventListener("refused", ({ detail }) => notice(detail.error.code === "already_voted" ? "You had voted on that region before; the first vote stands." : `A vote was not accepted: ${detail.error.message}`));
  outbox.addEventListener("stored", ({ detail }) => {
    if (last?.payload.idempotency_key === detail.row.key) {
      last.id = detail.vote.id;
      showLastGuess(api, last.id);
    }
    afterStored();
  });
  $("answers").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  $("undo").addEventListener("click", undo);
  $("blink").addEventListener("click", () => outline.blink());
  $("again").addEventListener("click", next);
  $("open-guidelines").addEventListener("click", () => openDialog("guidelines"));
  $("open-keys").addEventListener("click", () => openDialog("keys"));
  $("signed-out").addEventListener("close", () => { outbox.flush(); if (!shown) next(); });
  document.addEventListener("visibilitychange", () => { keepDraft(); heartbeat(); });
  window.addEventListener("pagehide", keepDraft);
  setInterval(heartbeat, HEARTBEAT_MS);
}

outline.attach($("hide-outline"));
pannable(stage);
overview(stage, $("overview"));
listen();
listenToKeys(stage, {
  answer, submit, undo, step: (rows) => answers.step(rows), clear: () => answers.clear(), hide: () => outline.hide(), show: () => outline.show(),
  blink: () => outline.blink(), centre: () => stage.centre(), guidelines: () => openDialog("guidelines"), keys: () => openDialog("keys"),
}, () => Boolean(shown));
drafts.sweep();
outbox.open().then(next);
