// The grid of examples: nothing to do but to show them true to their pixels.

import { keepTrueSize } from "gullery/true_size";

keepTrueSize();
