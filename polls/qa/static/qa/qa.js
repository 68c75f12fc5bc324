/** Questions: each page loads its own view of them. */

import { plenary } from "../live/js/core.js";

if (plenary.as === "staff") import("./queue.js");
else if (plenary.as === "screen") import("./wall.js");
else import("./box.js");
