/** What the two sides gave, each the median of its rounds, and the median of the rounds' own ratios. */
export interface Pair {
  floor: number
  ours: number
  /** ours ÷ floor. A round's two halves are moments apart, so what else the machine does weighs on both. */
  ratio: number
  /** The other build, where there is one: its median, and the median of ours ÷ its. */
  other?: { value: number; ratio: number }
}

/**
 * Let the sides take turns: A B A B, or with another build A B C A B C. The first round warms all up and does not count.
 */
export async function takeTurns(
  rounds: number,
  floor: (round: number) => Promise<number>,
  ours: (round: number) => Promise<number>,
  other?: (round: number) => Promise<number>,
): Promise<Pair> {
  const all: { floor: number; ours: number; other: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const each = { floor: await floor(round), ours: await ours(round), other: (await other?.(round)) ?? NaN }
    if (round > 0) all.push(each)
  }
  const pair: Pair = {
    floor: median(all.map((each) => each.floor)),
    ours: median(all.map((each) => each.ours)),
    ratio: median(all.map((each) => each.ours / each.floor)),
  }
  if (other !== undefined) {
    pair.other = {
      value: median(all.map((each) => each.other)),
      ratio: median(all.map((each) => each.ours / each.other)),
    }
  }
  return pair
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2
}

/** Milliseconds that it took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** One after another: the median of their times, in milliseconds. */
export async function oneAtATime(calls: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < calls; n++) times.push(await timed(() => call(n)))
  return median(times)
}

/** So many in flight all the time: calls per second. */
export async function inFlight(width: number, calls: number, call: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0
  const one = async () => {
    for (let n = next++; n < calls; n = next++) await call(n)
  }
  const took = await timed(() => Promise.all(Array.from({ length: width }, one)))
  return (calls / took) * 1000
}
