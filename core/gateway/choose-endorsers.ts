/** With more organisations, combinations are not tried one by one. */
const MOST_TRIED = 8

/**
 * The combinations of organisations whose peers may endorse, the one to try first at the beginning: as few as suffice,
 * with the caller's own if possible, as the gateway of a Fabric peer plans its layouts (internal/pkg/gateway/registry.go).
 * If none suffices, all of them: the commit then names what is missing.
 */
export function* endorsementLayouts(
  own: string,
  organisations: readonly string[],
  suffice: (mspIds: readonly string[]) => boolean,
): Generator<readonly string[]> {
  const ordered = [own, ...organisations.filter((mspId) => mspId !== own)]
  if (ordered.length > MOST_TRIED) {
    yield suffice([own]) ? [own] : ordered
    return
  }
  let found = false
  for (let size = 1; size <= ordered.length; size++) {
    for (const chosen of combinations(ordered, size)) {
      if (!suffice(chosen)) continue
      found = true
      yield chosen
    }
  }
  if (!found) yield ordered
}

/** In the order of `all`: combinations with its first come first. */
function* combinations(all: readonly string[], size: number): Generator<string[]> {
  if (size === 0) {
    yield []
    return
  }
  for (const [i, first] of all.slice(0, all.length - size + 1).entries()) {
    for (const rest of combinations(all.slice(i + 1), size - 1)) yield [first, ...rest]
  }
}
