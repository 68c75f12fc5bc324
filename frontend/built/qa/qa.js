/* Made by `make frontend` from files that stand in the repository. */

import{plenary as r}from"../live/js/core.js";r.as==="staff"?import("./queue.js"):r.as==="screen"?import("./wall.js"):import("./box.js");
