import { PeerError } from '../../core/contract/error.ts'
import type { CheckTrust, UntrustedFolder } from '../../core/contract/trust.ts'
import type { TrustedFolders } from './trusted-folders.ts'

/** The one question of trust that a host asks at a time: a folder that was to be opened, and wants more than it may. */
export interface TrustQuestion {
  /** Undefined: every folder is trusted. */
  readonly check: CheckTrust | undefined
  /** What is asked now. */
  untrusted(): UntrustedFolder | undefined
  /**
   * Open something, dropping an older question. If it isn't trusted, ask, and do it `again` once it is. Throws what
   * `open` throws, NOT_TRUSTED included: nobody waits for the answer.
   */
  asking<T>(open: () => Promise<T>, again: () => Promise<string[]>): Promise<T>
  /** Yes, to these demands. Returns the names of the chaincodes that are open because of it. */
  trust(answer: Pick<UntrustedFolder, 'folder' | 'demands'>): Promise<string[]>
  /** No. */
  refuse(): void
}

export interface TrustQuestionParts {
  trusted: TrustedFolders | undefined
  /** What is asked has changed. */
  changed(): void
  /** Read the open chaincodes of a folder again that were found to want more. */
  reread(folder: string): Promise<void>
}

export function newTrustQuestion({ trusted, changed, reread }: TrustQuestionParts): TrustQuestion {
  let asked: { untrusted: UntrustedFolder; again: () => Promise<string[]> } | undefined
  const ask = (question: typeof asked) => {
    if (asked === question) return
    asked = question
    changed()
  }
  return {
    check: trusted?.check,
    untrusted: () => asked?.untrusted,
    async asking(open, again) {
      ask(undefined)
      try {
        return await open()
      } catch (error) {
        const untrusted = untrustedFolder(error)
        if (untrusted !== undefined) ask({ untrusted, again })
        throw error
      }
    },
    async trust({ folder, demands }) {
      await trusted?.trust(folder, demands)
      const answered = asked
      if (answered?.untrusted.folder !== folder) {
        await reread(folder)
        return []
      }
      ask(undefined)
      return answered.again()
    },
    refuse: () => ask(undefined),
  }
}

/** The folder that an error of trust is about. */
function untrustedFolder(error: unknown): UntrustedFolder | undefined {
  return error instanceof PeerError && error.code === 'NOT_TRUSTED' ? (error.details as UntrustedFolder) : undefined
}
