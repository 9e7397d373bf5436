import { createContext } from 'svelte'

/** A place in a file that a compiler or a stack trace names. */
export interface FilePlace {
  file: string
  /** The chaincode's folder, where `file` may be relative to it. */
  folder?: string | undefined
  line?: number | undefined
  column?: number | undefined
}

/** What a click on a place in a file does: the window provides it. */
export const [getOpenFile, setOpenFile] = createContext<(place: FilePlace) => void>()
