import { expectExact } from "./expectExact.js";

// The normal run takes 200 programs, in two files so that two threads share them; `npm run fuzz` takes any others.
expectExact(0, 99);
