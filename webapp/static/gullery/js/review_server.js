// What the review page asks the server for.

import { call } from "gullery/api";

export class ReviewServer {
  constructor(base, image) {
    Object.assign(this, { base, image });
  }

  decide = (id, verb) => call("POST", `${this.base}/regions/${id}/${verb}`);
  draw = (points, level) => call("POST", `${this.base}/images/${this.image}/regions`, { points, level });
  sketch = (clicks) => call("POST", `${this.base}/images/${this.image}/sketches`, { clicks });
  readSketch = (id) => call("GET", `${this.base}/sketches/${id}`);
  take = (id, level) => call("POST", `${this.base}/sketches/${id}/take`, { level });
}
