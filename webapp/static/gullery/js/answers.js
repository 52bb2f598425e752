// Eight rows of radio buttons. Digits answer the current row; mouse, touch and a screen reader use the buttons themselves.
// A row is locked until the view it is judged in was looked at.

export class Answers extends EventTarget {
  constructor(form) {
    super();
    this.rows = [...form.querySelectorAll("fieldset[data-scale]")];
    this.current = 0;
    this.edits = 0;
    this.before = {};
    form.addEventListener("change", () => this.tell());
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("focusin", (event) => this.mark(this.rows.indexOf(event.target.closest("fieldset")), false));
  }

  levels() {
    return Object.fromEntries(this.rows.map((row) => [row.dataset.scale, levelOf(row)]).filter(([, level]) => level !== null));
  }

  missing() {
    return this.rows.filter((row) => levelOf(row) === null);
  }

  /** `edits`: how often an answer was changed before, in a draft. */
  fill(levels, edits = 0) {
    for (const row of this.rows) {
      const level = levels[row.dataset.scale];
      for (const input of inputs(row)) input.checked = Number(input.value) === level;
    }
    const first = this.rows.findIndex((row) => levelOf(row) === null);
    this.go(first === -1 ? this.rows.length - 1 : first);
    this.before = this.levels();
    this.edits = edits;
    this.tell();
  }

  lockAll() {
    for (const row of this.rows) row.disabled = true;
  }

  unlock(scale) {
    const row = this.rows.find((one) => one.dataset.scale === scale);
    if (!row.disabled) return;
    row.disabled = false;
    if (row === this.rows[this.current] && !document.querySelector("dialog[open]")) this.go(this.current);
  }

  /** What became of a level for the current row: `taken`, `locked`, or `unknown` when the row has no such level. */
  answer(level) {
    const row = this.rows[this.current], input = inputs(row)[level];
    if (!input || row.disabled) return input ? "locked" : "unknown";
    input.checked = true;
    this.go(this.current + 1);
    this.tell();
    return "taken";
  }

  /** The current row, or in an empty one the row before. */
  clear() {
    if (levelOf(this.rows[this.current]) === null) this.go(this.current - 1);
    for (const input of inputs(this.rows[this.current])) input.checked = false;
    this.go(this.current);
    this.tell();
  }

  step(rows) {
    this.go(this.current + rows);
  }

  go(index) {
    this.mark(Math.min(this.rows.length - 1, Math.max(0, index)), true);
  }

  mark(index, focus) {
    if (index < 0) return;
    this.current = index;
    this.rows.forEach((row, at) => row.classList.toggle("current", at === index));
    if (!focus) return;
    const row = this.rows[index], place = row.disabled ? row.querySelector("legend") : row.querySelector("input:checked") ?? row.querySelector("input");
    place.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  /** A pointer goes on to the next row without an answer; keys inside the row (detail 0) stay there. */
  clicked(event) {
    if (!event.detail || !event.target.matches("input")) return;
    const next = this.rows.findIndex((row, at) => at > this.current && levelOf(row) === null);
    if (next !== -1) this.go(next);
  }

  tell() {
    const now = this.levels();
    this.edits += Object.entries(this.before).filter(([scale, level]) => scale in now && now[scale] !== level).length;
    this.before = { ...this.before, ...now };
    this.dispatchEvent(new Event("change"));
  }
}

const inputs = (row) => [...row.querySelectorAll("input")];

function levelOf(row) {
  const chosen = row.querySelector("input:checked");
  return chosen ? Number(chosen.value) : null;
}
