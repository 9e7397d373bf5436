/** Beyond so many organisations the combinations are not tried one by one. */
const MOST_TRIED = 8

/**
 * The organisations whose peers endorse: as few as suffice, the caller's own among them where that is possible, as the
 * gateway of a Fabric peer plans it (internal/pkg/gateway/registry.go). All of them where none suffice: then the
 * commit says what is missing.
 */
export function chooseEndorsers(
  own: string,
  organisations: readonly string[],
  suffice: (mspIds: readonly string[]) => boolean,
): readonly string[] {
  const ordered = [own, ...organisations.filter((mspId) => mspId !== own)]
  if (ordered.length > MOST_TRIED) return suffice([own]) ? [own] : ordered
  for (let size = 1; size < ordered.length; size++) {
    for (const some of combinations(ordered, size)) if (suffice(some)) return some
  }
  return ordered
}

/** In the order of `all`, so that those with its first come first. */
function* combinations(all: readonly string[], size: number): Generator<string[]> {
  if (size === 0) {
    yield []
    return
  }
  for (const [i, first] of all.slice(0, all.length - size + 1).entries()) {
    for (const rest of combinations(all.slice(i + 1), size - 1)) yield [first, ...rest]
  }
}
