// Drawing a region by points. Enter closes it, Backspace takes the last point back.

import { gettext } from "gullery/spoken";

const FEWEST = 3;

export class Polygon {
  words = gettext("Click the corners of the region; Enter closes it.");
  points = [];

  click([x, y]) {
    this.points.push([x, y]);
  }

  back() {
    this.points.pop();
  }

  ready() {
    return this.points.length >= FEWEST;
  }

  finish(server, level) {
    return server.draw(this.points, level);
  }

  draw(context, scale) {
    if (!this.points.length) return;
    context.beginPath();
    this.points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    if (this.ready()) context.closePath();
    context.fillStyle = "rgb(31 95 134 / 25%)";
    context.fill("evenodd"); // as the server fills an outline that crosses itself
    for (const [width, colour] of [[4, "#111"], [2, "#fff"]]) {
      context.lineWidth = width / scale;
      context.strokeStyle = colour;
      context.stroke();
    }
    for (const point of this.points) dot(context, point, scale, "#fff");
  }
}

export function dot(context, [x, y], scale, colour) {
  context.beginPath();
  context.arc(x, y, 5 / scale, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.5 / scale;
  context.strokeStyle = "#111";
  context.stroke();
}
