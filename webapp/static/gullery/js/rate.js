// The rating screen: its parts, put together, and what the person does with them.

import { Answers } from "gullery/answers";
import { Away, Refused, SignedOut } from "gullery/api";
import { Drafts } from "gullery/drafts";
import { whenIdle } from "gullery/frames";
import { Guidelines } from "gullery/guidelines";
import { forgetLastGuess, showLastGuess } from "gullery/guess";
import { keepPage } from "gullery/keep_page";
import { Keys } from "gullery/keys";
import { KeysDialog } from "gullery/keys_dialog";
import { Outbox } from "gullery/outbox";
import { OutlineSwitch } from "gullery/outline_switch";
import { OwnVotes } from "gullery/own_votes";
import { overview, pannable } from "gullery/panning";
import { Person } from "gullery/person";
import { listenToKeys } from "gullery/rate_keys";
import { countOne, notice, openDialog, saved, say } from "gullery/rate_words";
import { Rating } from "gullery/rating";
import { RemarkDialog } from "gullery/remark_dialog";
import { Seats } from "gullery/seats";
import { SignInDialog } from "gullery/sign_in_dialog";
import { gettext } from "gullery/spoken";
import { Stage } from "gullery/stage";
import { Stopwatch } from "gullery/stopwatch";
import { Tabs } from "gullery/tabs";
import { makeViews } from "gullery/views";
import { onWake } from "gullery/wake";

const $ = (id) => document.getElementById(id);
const HEARTBEAT_MS = 60_000, ADOPT_MS = 30_000;
const place = $("rate"), { api, slug, user, name, next, mode, leastView } = place.dataset;

const person = new Person(api, name), drafts = new Drafts(user), tabs = new Tabs(user, next), keys = new Keys(place.dataset.keys);
const stage = new Stage($("picture")), answers = new Answers($("answers")), outline = new OutlineSwitch(stage);
const outbox = new Outbox(user, (route, payload) => person.call("POST", `${api}/${route}`, payload));
const seats = new Seats({ api, next, user, person, drafts, spoken: () => outbox.spoken(), decoded: (picture) => whenIdle(() => stage.prepare(picture)) });
const views = makeViews(stage, { leastViewMs: Number(leastView) });
const signIn = new SignInDialog($("signed-out"), person, () => { outbox.flush(); if (!rating.shown) rating.next(); });
const guidelines = new Guidelines($("guidelines"), { user, slug });
const rating = new Rating({ place, mode, stage, guidelines, answers, drafts, seats, outbox, views, outline, tabs, watch: new Stopwatch(), signedOut: (error) => signIn.open(error) });
const keysDialog = new KeysDialog($("keys"), keys);
const remarks = new RemarkDialog($("remark"), remarked);
const ownVotes = new OwnVotes($("own-votes"), { api, slug, person, back: rateAgain });

function answer(level) {
  const row = answers.rows[answers.current], { word, top } = row.dataset;
  const became = answers.answer(level);
  if (became === "unknown") say(gettext("{scale} goes from 0 to {top}.", { scale: word, top }));
  if (became === "locked") say(row.querySelector("[data-locked]").textContent);
}

function remarked(payload) {
  if (payload.kind === "flag") {
    outbox.add("remarks", null, payload);
    return notice($("remark").dataset.flagged, "region");
  }
  rating.finish("remarks", payload);
  rating.next();
}

function openRemark(kind) {
  if (rating.shown) remarks.open(kind, rating.shown.seat);
}

/** Back to the last vote of this page: taken back, then shown with its answers as a draft. */
async function undo() {
  if (!rating.last || rating.busy) return;
  const { held, payload, id } = rating.last;
  await takingBack(async () => {
    if (id) await takeBack(held, id);
    else if (!(await outbox.withdraw(payload.idempotency_key))) return notice(gettext("Your last vote is still on its way. Try again when it is saved."));
    rating.durations.pop();
    await showAnew(held, payload.opinion, payload.facts);
  });
}

/** The seat is asked for anew: it may be one to rate by newer guidelines now. One that somebody else has stays as it was. */
async function takeBack(held, id) {
  const keep = (error) => { if (error instanceof Refused) return held.seat; throw error; };
  const seat = await person.call("GET", `${api}/assignments/${held.seat.id}`).catch(keep);
  await person.call("POST", `${api}/votes/${id}/retraction`);
  held.seat = seat;
}

/** Back to a vote from the list, perhaps of another day's page. */
async function rateAgain(vote, seat) {
  if (rating.busy) return;
  await takingBack(async () => {
    const found = await seat;
    await person.call("POST", `${api}/votes/${vote.id}/retraction`);
    await showAnew(seats.hold(found), vote.opinion, { duration_ms: vote.duration_ms });
  });
}

async function takingBack(work) {
  rating.busy = true;
  try {
    await work();
  } catch (error) {
    if (error instanceof SignedOut) signIn.open(error);
    else notice(error instanceof Away ? gettext("The server is away; your vote stays as it is.") : error.message);
  } finally {
    rating.busy = false;
  }
}

async function showAnew(held, opinion, facts) {
  rating.last = null;
  $("undo").disabled = true; // one step; the list has the others
  forgetLastGuess();
  countOne(rating.durations, -1);
  await rating.anew(held, opinion, facts);
}

/** The server is told, too; if it cannot be, the sitting ends by itself a little later. */
async function stop() {
  if (rating.stopped || rating.busy) return;
  rating.stop();
  $("go-on").focus();
  await outbox.flush();
  await person.call("POST", `${api}/studies/${slug}/sitting-end`).catch((error) => { if (error instanceof SignedOut) signIn.open(error); });
}

async function heartbeat() {
  if (document.hidden || !seats.current || rating.stopped) return;
  try {
    if (await seats.renew()) notice(gettext("Your turn on this region ran out. You can finish it all the same; the vote is kept."));
  } catch (error) {
    if (error instanceof SignedOut) signIn.open(error);
  }
}

/** After a sleep the leases may be gone and the session over: it is looked at once, before anything is lost by it. */
function woken(counted) {
  rating.watch.discount(counted);
  rating.keepDraft();
  outbox.adopt().then(() => outbox.flush());
  if (rating.shown) notice(gettext("Welcome back. What you had answered is still here; the time asleep does not count."));
  if (rating.shown) heartbeat();
  else rating.next();
}

function stored({ row, answer: vote }) {
  if (row.route === "remarks") return rating.afterStored();
  if (rating.last?.payload.idempotency_key === row.key) {
    rating.last.id = vote.id;
    showLastGuess(api, vote.id);
  }
  rating.voted(row, vote);
  rating.afterStored();
}

function refused({ row, error }) {
  rating.release(row);
  if (row.route === "remarks") notice(gettext("That was not accepted: {reason}", { reason: error.message }));
  else notice(error.code === "already_voted" ? gettext("You had voted on that region before; the first vote stands.") : gettext("A vote was not accepted: {reason}", { reason: error.message }));
}

function listen() {
  answers.addEventListener("change", () => {
    const left = answers.missing().length;
    say(left ? "" : gettext("All eight answered."));
    $("submit").classList.toggle("ready", !left);
    if (!left) answers.rows[answers.current].scrollIntoView({ block: "nearest" }); // what is said now takes room on a phone
    rating.keepDraft();
  });
  place.addEventListener("gullery:unlocked", ({ detail }) => answers.unlock(detail.scale));
  outbox.addEventListener("state", ({ detail }) => saved(detail));
  outbox.addEventListener("signedout", ({ detail }) => signIn.open(detail));
  outbox.addEventListener("refused", ({ detail }) => refused(detail));
  outbox.addEventListener("unkept", () => notice(gettext("This browser keeps nothing for this page. Leave it open until it says “Saved”.")));
  outbox.addEventListener("stored", ({ detail }) => stored(detail));
  tabs.addEventListener("other", () => notice(gettext("This study is open in another tab too. You can rate in either; they stay in step.")));
  tabs.addEventListener("done", ({ detail }) => {
    if (!seats.drop(detail.seat)) return;
    notice(gettext("You have rated that region in your other tab. Here is the next one."));
    rating.next();
  });
  document.addEventListener("visibilitychange", () => { rating.keepDraft(); heartbeat(); });
  window.addEventListener("pagehide", () => rating.keepDraft());
  setInterval(heartbeat, HEARTBEAT_MS);
  setInterval(() => { if (!document.hidden) outbox.adopt().then(() => outbox.rows.length && outbox.flush()); }, ADOPT_MS);
  onWake(woken);
}

const verbs = {
  "submit": () => rating.submit(), "clear": () => answers.clear(), "previous-row": () => answers.step(-1), "next-row": () => answers.step(1),
  "hide": () => outline.hide(), "let_go": () => outline.show(), "blink": () => outline.blink(), "centre": () => stage.centre(), "view": () => views.toggle(),
  "last-vote": undo, "own-votes": () => ownVotes.open(), "cannot-judge": () => openRemark("cannot_judge"), "flag": () => openRemark("flag"),
  "anchors": () => place.dispatchEvent(new CustomEvent("gullery:anchors")), "guidelines": () => openDialog("guidelines"), "keys": () => keysDialog.open(), stop,
  ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((level) => [`answer-${level}`, () => answer(level)])),
};

/** In training and exam what was said stands, and every region is answered. */
if (mode !== "rate") for (const verb of ["last-vote", "own-votes", "cannot-judge"]) delete verbs[verb];

/** Buttons name the verb they stand for; submitting the form is one of them. */
function attachButtons() {
  $("answers").addEventListener("submit", (event) => { event.preventDefault(); rating.submit(); });
  for (const button of document.querySelectorAll("[data-verb]")) button.addEventListener("click", () => verbs[button.dataset.verb]());
  $("again").addEventListener("click", () => rating.next());
  $("go-on").addEventListener("click", () => { rating.goOn(); heartbeat(); });
  outline.attach($("hide-outline"));
}

keys.show();
pannable(stage);
overview(stage, $("overview"));
listen();
attachButtons();
listenToKeys(keys, stage, verbs, () => Boolean(rating.shown));
drafts.sweep();
if (mode === "rate") keepPage(place.dataset.worker);
outbox.adopt(0).then(() => { outbox.flush(); rating.next(); });
