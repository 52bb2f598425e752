"""A dot for each method's error, and for each rule's wrong exclusions, on each panel: SVG without a plotting library."""

from html import escape

WIDTH, LEFT, RIGHT, ROW, TOP, LEGEND = 860, 230, 30, 54, 46, 118
COLOURS = ("#4b5563", "#9ca3af", "#b45309", "#0f766e", "#7c3aed", "#a78bfa", "#dc2626", "#2563eb", "#0b1f4b")
FONT = "font-family='system-ui, sans-serif' font-size='13' fill='#1f2937'"
Shares = tuple[float, float | None]
"""Of honest people those excluded, and of bad ones those kept."""
HALF, BETWEEN = 255, 60


def figure(errors: dict[str, dict[str, float]]) -> str:
    panels, methods = list(next(iter(errors.values()))), list(errors)
    height = TOP + ROW * len(panels) + LEGEND
    values = [error for row in errors.values() for error in row.values()]
    low, high = int(min(values) * 20) / 20, int(max(values) * 20 + 1) / 20
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' aria-labelledby='what'>",
        "<title id='what'>Error of each method against the truth, by simulated panel</title>",
        f"<rect width='{WIDTH}' height='{height}' fill='#ffffff'/>",
        text(LEFT, 20, "RMSE to the truth, in levels (left is better)"),
        *ticks(low, high, height - LEGEND),
    ]
    for row, panel in enumerate(panels):
        middle = TOP + ROW * row + ROW / 2
        parts += [text(LEFT - 14, middle + 4, panel, "end")]
        for number, method in enumerate(methods):
            across = place(errors[method][panel], low, high)
            down = middle + (number - (len(methods) - 1) / 2) * 4.6
            parts += [dot(across, down, number, f"{method}, {panel}: {errors[method][panel]:.3f}")]
    return "\n".join([*parts, *_legend(methods, height - LEGEND), "</svg>"]) + "\n"


def exclusion_figure(shares: dict[str, dict[str, Shares]]) -> str:
    """Both shares side by side, each on an axis of its own."""
    panels, rules = list(next(iter(shares.values()))), list(shares)
    bottom, titles = TOP + ROW * len(panels), ("Honest people excluded", "Bad people kept")
    values = [row[panel] for row in shares.values() for panel in panels]
    tops = [max(0.05, *(wrong for wrong, _ in values)), max(0.05, *(missed or 0.0 for _, missed in values))]
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {bottom + LEGEND}' role='img' aria-labelledby='what'>",
        "<title id='what'>Honest people excluded and bad people kept by each rule, by simulated panel</title>",
        f"<rect width='{WIDTH}' height='{bottom + LEGEND}' fill='#ffffff'/>",
        *(text(LEFT - 14, TOP + ROW * row + ROW / 2 + 4, panel, "end") for row, panel in enumerate(panels)),
    ]
    for half, (title, top) in enumerate(zip(titles, tops, strict=True)):
        left = LEFT + half * (HALF + BETWEEN)
        parts += [text(left, 20, f"{title} (left is better)"), *_grid(left, top, bottom)]
        for number, rule in enumerate(rules):
            told = [(row, shares[rule][panel][half]) for row, panel in enumerate(panels)]
            for row, share in ((row, share) for row, share in told if share is not None):
                down = TOP + ROW * row + ROW / 2 + (number - (len(rules) - 1) / 2) * 7
                parts += [dot(left + HALF * share / top, down, number, f"{rule}, {panels[row]}: {share:.1%}")]
    return "\n".join([*parts, *_legend(rules, bottom), "</svg>"]) + "\n"


def _grid(left: float, top: float, bottom: float) -> list[str]:
    parts = []
    for step in range(5):
        across = left + HALF * step / 4
        parts.append(f"<line x1='{across:.1f}' x2='{across:.1f}' y1='{TOP - 8}' y2='{bottom}' stroke='#e5e7eb'/>")
        parts.append(text(across, bottom + 18, f"{top * step / 4:.0%}", "middle"))
    return parts


def _legend(names: list[str], bottom: float) -> list[str]:
    parts = []
    for number, name in enumerate(names):
        across, down = 30 + number % 3 * 270, bottom + 44 + number // 3 * 24
        parts += [dot(across, down - 4, number, name), text(across + 14, down, name)]
    return parts


def place(value: float, low: float, high: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low)


def ticks(low: float, high: float, bottom: float) -> list[str]:
    parts, count = [], round((high - low) / 0.05)
    for step in range(count + 1):
        value = low + step * 0.05
        across = f"{place(value, low, high):.1f}"
        parts.append(f"<line x1='{across}' x2='{across}' y1='{TOP - 8}' y2='{bottom}' stroke='#e5e7eb'/>")
        parts.append(text(float(across), bottom + 18, f"{value:.2f}", "middle"))
    return parts


def dot(across: float, down: float, number: int, title: str) -> str:
    """Circles, squares and diamonds by turns: colours alone do not tell nine apart."""
    look = f"fill='{COLOURS[number]}' stroke='#ffffff'><title>{escape(title)}</title>"
    if number % 3 == 0:
        return f"<circle cx='{across:.1f}' cy='{down:.1f}' r='5' {look}</circle>"
    turn = f"transform='rotate(45 {across:.1f} {down:.1f})' " if number % 3 == 2 else ""
    return f"<rect x='{across - 4:.1f}' y='{down - 4:.1f}' width='8' height='8' {turn}{look}</rect>"


def text(across: float, down: float, words: str, anchor: str = "start") -> str:
    return f"<text x='{across:.1f}' y='{down:.1f}' text-anchor='{anchor}' {FONT}>{escape(words)}</text>"
