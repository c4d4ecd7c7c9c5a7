// The packages of .ci/node_modules.
import { createRequire } from "node:module";

export const load = createRequire(new URL("../../../.ci/", import.meta.url));
