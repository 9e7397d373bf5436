/**
 * One thing that a slipway.yaml wants beyond running the chaincode of its own folder. Whoever opens the folder is asked
 * before any of it is done, and later only about what is new.
 */
export interface Demand {
  /** It runs a command, opens the container of net mode, or reaches outside the folder. */
  kind: 'command' | 'container' | 'outside'
  /** The key in slipway.yaml, with the chaincode if several are listed: `build`, `chaincodes[assets].start`. */
  key: string
  /** As slipway.yaml has it. */
  value: string
  /** What it would do: a sentence without its full stop. */
  means: string
}

/** A folder whose slipway.yaml wants more than was allowed so far. */
export interface UntrustedFolder {
  /** Absolute, without symbolic links: one folder, whatever it is called. */
  folder: string
  /** Its slipway.yaml. */
  file: string
  /** What isn't allowed yet, in the order of the kinds. */
  demands: Demand[]
}

/** What was allowed: with another value it is another demand. */
export function demandId({ key, value }: Pick<Demand, 'key' | 'value'>): string {
  return `${key}: ${value}`
}

/** Settles if the folder may do all of this. Throws NOT_TRUSTED if it may not. */
export type CheckTrust = (folder: UntrustedFolder) => Promise<void>

/** What a setting wants: its value and what that means. */
export type Wish = Omit<Demand, 'key'>
