// The list beside the picture: what each region is, and what may be done with the selected one.

import { gettext, thousands } from "gullery/spoken";

const LEVELS = { object: gettext("object"), component: gettext("component") };
const WORDS = { accepted: gettext("accepted"), candidate: gettext("undecided"), discarded: gettext("discarded") };

export class ReviewList extends EventTarget {
  constructor(list, none, mayDecide) {
    super();
    Object.assign(this, { list, none, mayDecide });
    list.addEventListener("click", (event) => this.clicked(event));
  }

  show(regions, selected) {
    this.none.hidden = regions.length > 0;
    this.list.hidden = !regions.length;
    this.list.replaceChildren(...regions.map((region, index) => this.item(region, index, region === selected)));
    this.list.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
  }

  item(region, index, selected) {
    const item = element("li", `${region.status}${selected ? " selected" : ""}`);
    item.dataset.id = region.id;
    const pick = element("button", "pick");
    pick.type = "button";
    pick.setAttribute("aria-pressed", String(selected));
    pick.append(element("span", "dot"), element("span", "", `${index + 1}. ${LEVELS[region.level]}`), element("small", "", `${WORDS[region.status]}, ${thousands(region.area)} px`));
    item.append(pick);
    if (selected && this.mayDecide) item.append(verbs(region));
    if (selected && region.status === "accepted") item.append(this.knownAnswer(region));
    return item;
  }

  /** To the page where those who oversee the study say what the right answer is. */
  knownAnswer(region) {
    const link = element("a", "link", this.list.dataset.gold);
    link.href = `${document.getElementById("review").dataset.base}/gold/${region.id}`;
    return link;
  }

  clicked(event) {
    const item = event.target.closest("li"), verb = event.target.closest("[data-verb]")?.dataset.verb;
    if (item) this.dispatchEvent(new CustomEvent(verb ?? "pick", { detail: Number(item.dataset.id) }));
  }
}

function verbs(region) {
  const box = element("span", "verbs");
  for (const [verb, result] of [["accept", "accepted"], ["discard", "discarded"]]) {
    if (region.status === result) continue;
    const button = element("button", "button plain small", verb === "accept" ? gettext("Accept") : gettext("Discard"));
    button.type = "button";
    button.dataset.verb = verb;
    box.append(button);
  }
  return box;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
