import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { fieldOf, type Ty } from "../../../ir/types.js";
import { memberOf, setterOf, type Instance } from "../../classes.js";
import { branch } from "../control/lowerJoin.js";
import { callSpecial } from "../functions/lowerSpecial.js";
import type { Place } from "../lowerAssign.js";
import { coerce } from "../lowerCoerce.js";
import { emit, perform, type Site } from "../lowerSite.js";
import { throwInstead, unknownClass } from "../values/lowerOpaque.js";
import { methodName } from "./lowerDispatch.js";
import { isOfClass } from "./lowerTags.js";
import {
  instanceAt,
  instancesOf,
  nameOf,
  type Access,
} from "./lowerInstanceKinds.js";
import { readMember } from "./lowerMembers.js";

interface Setter {
  readonly instance: Instance;
  readonly decl: ts.SetAccessorDeclaration;
}

/** `owner.name = value`, where a class that the owner may be of has a setter of that name; else undefined. */
export function setterPlace(
  site: Site,
  node: Access,
  owner: Value,
): Place | undefined {
  const { classes, checker } = site.ctx;
  const own = instanceAt(site, node.expression, owner);
  const family = own ? [own] : instancesOf(site, classes.familyOf(owner.ty));
  const setters = family.flatMap((instance): Setter[] => {
    const decl = setterOf(checker, instance, nameOf(node));
    return decl === undefined ? [] : [{ instance, decl }];
  });
  refuseReadOnly(site, node, family);
  const [first] = setters;
  if (first === undefined) return undefined;
  const isOnly = own !== undefined || setters.length === family.length;
  return {
    ty: takenBy(site, node, first),
    read: () => readMember(site, node, owner),
    write(value) {
      if (own !== undefined) run(site, node, owner, first, value);
      else runEach(site, node, owner, setters, isOnly, value);
    },
  };
}

/** A getter without a setter fits a field to TypeScript, and throws where it is assigned. */
function refuseReadOnly(
  { ctx }: Site,
  node: Access,
  family: readonly Instance[],
): void {
  const name = nameOf(node);
  const only = family.find(
    (one) =>
      memberOf(ctx.checker, one, name)?.kind === "getter" &&
      setterOf(ctx.checker, one, name) === undefined,
  );
  if (only?.symbol === undefined) return;
  ctx.refuse(
    node,
    "DC2105",
    `${name} is assigned here, and ${only.symbol.name} has only a getter of that name`,
    "give the class a setter as well",
  );
}

/** What the setter takes. */
function takenBy({ ctx }: Site, node: Access, { instance, decl }: Setter): Ty {
  const [parameter] = decl.parameters;
  const type = ctx.checker.getTypeAtLocation(parameter ?? node);
  return ctx.withTypes(instance.env).tyOf(type, node);
}

function run(
  site: Site,
  node: Access,
  owner: Value,
  setter: Setter,
  value: Value,
): void {
  const { instance, decl } = setter;
  callSpecial(site, node, {
    decl,
    name: methodName(instance, `set_${nameOf(node)}`),
    env: instance.env,
    self: { ty: owner.ty, instance },
    receiver: owner,
    args: [coerce(site, node, value, takenBy(site, node, setter))],
  });
}

/** The setter of the class that the object is of; classes without one have a field of that name. */
function runEach(
  site: Site,
  node: Access,
  owner: Value,
  setters: readonly Setter[],
  isOnly: boolean,
  value: Value,
): void {
  const [setter, ...others] = setters;
  const symbol = setter?.instance.symbol;
  if (setter === undefined || symbol === undefined) {
    if (isOnly) throwInstead(site, node, unknownClass, undefined);
    else storeField(site, node, owner, value);
    return;
  }
  branch(
    site,
    node,
    isOfClass(site, node, owner, symbol),
    [],
    () => run(site, node, owner, setter, value),
    () => runEach(site, node, owner, others, isOnly, value),
  );
}

function storeField(
  site: Site,
  node: Access,
  owner: Value,
  value: Value,
): void {
  const field = nameOf(node);
  const own = owner.ty.kind === "record" ? fieldOf(owner.ty, field) : undefined;
  // a class that has no such field at all: it has been told apart before
  if (own === undefined) throwInstead(site, node, unknownClass, undefined);
  else
    perform(
      site,
      node,
      "setField",
      [owner, coerce(site, node, value, own.ty)],
      { field },
    );
}

/** `owner.name = value` of a field. */
export function fieldPlace(
  site: Site,
  node: Access,
  owner: Value,
): Place | undefined {
  const field = nameOf(node);
  const own = owner.ty.kind === "record" ? fieldOf(owner.ty, field) : undefined;
  if (own === undefined) return undefined;
  return {
    ty: own.ty,
    read: () => emit(site, node, "getField", [owner], own.ty, { field }),
    write: (value) => storeField(site, node, owner, value),
  };
}
