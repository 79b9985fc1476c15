import { expectExact } from "./expectExact.js";

expectExact(250, 499);
