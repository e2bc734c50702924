/**
 * @file The program of a worker of the team. scripts/build-worker.mjs makes one file of it and all it imports, which
 * stands at this place in the package.
 */
import { kernels } from "./kernels.js";
import { serve } from "./parallel/serve.js";
import { VERSION } from "./version.js";

serve(kernels, VERSION);
