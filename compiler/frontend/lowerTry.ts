import { ts } from "ts-morph";
import { eachNode, isFunctionNode } from "./lowerScan.js";
import type { Site } from "./lowerSite.js";
import { leave } from "./lowerStatements.js";

/**
 * `try { ... } finally { ... }`: the second block comes after the first one on every way out of it but a throw, after
 * which nothing of the function is looked at any more. With `catch` it is refused: where control goes then, and with
 * which values, is not seen.
 */
export function lowerTry(
  site: Site,
  node: ts.TryStatement,
  lowerIn: (block: ts.Block) => void,
): void {
  const { finallyBlock } = node;
  if (node.catchClause !== undefined || finallyBlock === undefined)
    site.ctx.refuse(
      node,
      "DC2112",
      "try and catch are not carried",
      "check for the failing case before, instead of catching it",
    );
  eachNode(
    node,
    (one) => {
      if (
        ts.isReturnStatement(one) ||
        ts.isBreakOrContinueStatement(one) ||
        ts.isThrowStatement(one)
      )
        refuseJump(site, node, one);
    },
    (one) => !isFunctionNode(one),
  );
  lowerIn(node.tryBlock);
  const { env } = site;
  const threw = env.dead && env.exits.size === 0;
  if (threw) return;
  const returned = env.exits.delete(site.returnTo);
  if (returned) env.dead = false;
  lowerIn(finallyBlock);
  if (returned) leave(site, site.returnTo);
}

function refuseJump(site: Site, node: ts.TryStatement, jump: ts.Node): void {
  const { tryBlock } = node;
  const isInTry = jump.pos >= tryBlock.pos && jump.end <= tryBlock.end;
  const isLast =
    isInTry &&
    ts.isReturnStatement(jump) &&
    tryBlock.statements.at(-1) === jump &&
    jump.expression !== undefined;
  if (isLast || (isInTry && ts.isThrowStatement(jump))) return;
  site.ctx.refuse(
    jump,
    "DC2112",
    "control leaves a try block here, and passes by its finally block",
    "keep the result in a variable, and return it behind the try statement",
  );
}
