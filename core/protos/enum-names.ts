/** Names the values of an enumeration as its .proto does; an unknown value is its number, as Go prints it. */
export function namesOf<E extends Record<keyof E, number>>(enumeration: E): (value: number) => string {
  const names = new Map(Object.entries<number>(enumeration).map(([name, value]) => [value, name]))
  return (value) => names.get(value) ?? String(value)
}
