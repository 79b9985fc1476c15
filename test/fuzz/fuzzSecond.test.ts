import { expectExact } from "./expectExact.js";

expectExact(100, 199);
