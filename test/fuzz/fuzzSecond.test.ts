import { expectExact } from "./expectExact.js";

expectExact(150, 299);
