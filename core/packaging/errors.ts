import { PeerError } from '../contract/error.ts'

/** PACKAGE_INVALID: a file of the folder can't go into a package. `file` is relative to the packaged root. */
export function invalid(file: string, reason: string, cause?: unknown): PeerError {
  return new PeerError('PACKAGE_INVALID', { file, reason }, cause === undefined ? {} : { cause })
}

/** An error of the file system as PACKAGE_INVALID. */
export function unreadable(file: string, error: unknown): PeerError {
  if (error instanceof PeerError) return PeerError.from(error)
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return invalid(file, "Permission denied: it can't be read.", error)
  if (code === 'ENOENT') return invalid(file, 'It was deleted while it was being packaged.', error)
  return invalid(file, message, error)
}
