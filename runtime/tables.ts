/** Objects, Maps and Sets as tables: values under keys that are known only at run time. */

/** The key of a template that stands for every key: `{ "[key]": 0 }`. */
export const everyKey = "[key]";

export type Table = Record<string, unknown> | Map<unknown, unknown>;

export const keysOf = (table: Table): Iterable<unknown> =>
  table instanceof Map ? table.keys() : Object.keys(table);

export const entryOf = (table: Table, key: unknown): unknown =>
  table instanceof Map
    ? table.get(key)
    : Object.hasOwn(table, key as string)
      ? table[key as string]
      : undefined;

export function setEntry(table: Table, key: unknown, value: unknown): void {
  if (table instanceof Map) table.set(key, value);
  else table[key as string] = value;
}

/**
 * Puts back what stood under a key: nothing, where there was no such key.
 *
 * @param table the object, the Map, or the Set, which has `true` under each of its keys
 * @param key the key
 * @param old what it had before; undefined takes the key out, and false out of a Set
 * @example
 * const t = { a: 1, b: 2 };
 * putBack(t, "b", undefined); // t is { a: 1 }
 */
export function putBack<K, T>(
  table: Record<string, T> | Record<number, T> | Map<K, T> | Set<K>,
  key: K,
  old: T | undefined,
): void {
  if (table instanceof Set) {
    if (old === true) table.add(key);
    else table.delete(key);
    return;
  }
  const from = table as Table;
  if (old !== undefined) setEntry(from, key, old);
  else if (from instanceof Map) from.delete(key);
  else delete from[key as string];
}
