// Packages from the folder that JJJKG_NODE_MODULES names.
import { createRequire } from "node:module";
import path from "node:path";

export const load = createRequire(path.join(process.env.JJJKG_NODE_MODULES, "x.js"));
