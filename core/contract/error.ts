import { appErrors } from './errors/app.ts'
import { browserErrors } from './errors/browser.ts'
import { callErrors } from './errors/call.ts'
import { configErrors } from './errors/config.ts'
import { couchdbErrors } from './errors/couchdb.ts'
import { debugErrors } from './errors/debug.ts'
import { dockerErrors } from './errors/docker.ts'
import { exportErrors } from './errors/export.ts'
import { folderErrors } from './errors/folder.ts'
import { hostErrors } from './errors/host.ts'
import { identityErrors } from './errors/identity.ts'
import { launchErrors } from './errors/launch.ts'
import { ledgerErrors } from './errors/ledger.ts'
import { networkErrors } from './errors/network.ts'
import { packageErrors } from './errors/package.ts'
import { registrationErrors } from './errors/registration.ts'
import { scenarioErrors } from './errors/scenario.ts'
import { systemErrors } from './errors/system.ts'
import { seedErrors } from './errors/seed.ts'
import { undoErrors } from './errors/undo.ts'
import { systemFault, type SystemFault } from './system-fault.ts'
import { visibleWithColours } from './visible.ts'

/** An error as its reader sees it: what happened, why, and what to do about it. */
export interface ThreeParts {
  what: string
  why: string
  do: string
}

/**
 * Every error code of Slipway with its words. Codes are stable, because scripts and tests rely on them; the words may
 * change. Each area has its own file.
 */
export const errorTable = {
  ...folderErrors,
  ...configErrors,
  ...launchErrors,
  ...registrationErrors,
  ...callErrors,
  ...ledgerErrors,
  ...undoErrors,
  ...seedErrors,
  ...couchdbErrors,
  ...identityErrors,
  ...exportErrors,
  ...debugErrors,
  ...dockerErrors,
  ...packageErrors,
  ...networkErrors,
  ...browserErrors,
  ...appErrors,
  ...hostErrors,
  ...scenarioErrors,
  ...systemErrors,
  UNEXPECTED: (d: { message: string }): ThreeParts => ({
    what: 'Something went wrong inside Slipway.',
    why: d.message,
    do: 'Try again. If it happens again, it is our bug: please report it with the text above.',
  }),
  ABORTED: (d: { what: string }): ThreeParts => ({
    what: `${d.what} was cancelled before it finished.`,
    why: 'You cancelled it, or something newer replaced it.',
    do: 'If you still need it, start it again.',
  }),
}

export type ErrorCode = keyof typeof errorTable

/** The facts that a code's words use. */
export type ErrorDetails<C extends ErrorCode> = Parameters<(typeof errorTable)[C]>[0]

/** An error as plain data: what crosses a process wall and what PeerState holds. */
export interface PeerErrorData extends ThreeParts {
  code: ErrorCode
  /** The facts that the words use. */
  details: Record<string, unknown>
  /** The messages of the causes, outermost first. */
  causes: string[]
}

/** The core's only error class: a stable code, a cause, and words in three parts. */
export class PeerError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'PeerError'
  readonly code: C
  readonly details: ErrorDetails<C>
  readonly parts: ThreeParts

  constructor(code: C, details: ErrorDetails<C>, options: { cause?: unknown } = {}) {
    const words = errorTable[code] as (d: ErrorDetails<C>) => ThreeParts
    const parts = readable(words(details))
    super(`${parts.what} ${parts.why}`, options)
    this.code = code
    this.details = details
    this.parts = parts
  }

  /** The same error as plain data. */
  toJSON(): PeerErrorData {
    return {
      code: this.code,
      ...this.parts,
      details: { ...this.details },
      causes: causesOf(this),
    }
  }

  /**
   * Anything thrown as a PeerError: itself, what the system refused, or wrapped as UNEXPECTED with the original as its
   * cause.
   */
  static from(thrown: unknown): PeerError {
    if (thrown instanceof PeerError) return thrown as PeerError
    const message = textOf(thrown)
    const fault = systemFault(thrown)
    // A right that is missing may be to read, or to start a program: only the file system says what it is about.
    const isClear = fault !== 'read-only' || /EROFS|read-only file system/i.test(message)
    if (fault !== undefined && isClear) return new PeerError(faultCode[fault], { message }, { cause: thrown })
    return new PeerError('UNEXPECTED', { message }, { cause: thrown })
  }

  /** The error that this plain data describes, for example after it crossed a process wall. */
  static revive(data: PeerErrorData): PeerError {
    const cause = data.causes.length > 0 ? new Error(data.causes.join(': ')) : undefined
    return new PeerError(data.code, data.details as never, cause && { cause })
  }
}

const faultCode = { full: 'DISK_FULL', 'read-only': 'READ_ONLY', files: 'TOO_MANY_FILES' } as const satisfies Record<
  SystemFault,
  ErrorCode
>

/** The words may quote what a chaincode, a tool or a file name says. */
function readable({ what, why, do: advice }: ThreeParts): ThreeParts {
  return { what: visibleWithColours(what), why: visibleWithColours(why), do: visibleWithColours(advice) }
}

function causesOf(error: Error): string[] {
  const texts: string[] = []
  let cause = error.cause
  while (cause !== undefined && texts.length < 10) {
    texts.push(textOf(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return texts
}

function textOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  return `a ${typeof thrown} was thrown: ${JSON.stringify(thrown)}`
}
