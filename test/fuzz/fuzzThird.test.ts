import { seedOfCommit } from "./commit.js";
import { expectExact } from "./expectExact.js";
import { pairCount } from "./pairs.js";

// Everyday patterns, products of matrices, edges of arrays, features in twos, functions of few statements.
expectExact(0, 19, { slice: 7 });
expectExact(0, 4, { slice: 8 });
expectExact(0, 14, { slice: 9 });
expectExact(0, 19, { slice: 10 });
expectExact(0, 19, { slice: 11 });

/**
 * Programs that no run before has seen: the seeds follow from the commit, so that a failure comes again until it is mended.
 * Refusals are not counted here.
 */
const first = 1_000_000 + seedOfCommit();
expectExact(first, first + 29, { mayRefuse: true });
expectExact(first, first + 14, { slice: 7, mayRefuse: true });
expectExact(first, first + 14, { slice: 9, mayRefuse: true });
expectExact(first, first + 29, { slice: 11, mayRefuse: true });
const pair = first % (pairCount - 20);
expectExact(pair, pair + 19, { slice: 10, mayRefuse: true });
