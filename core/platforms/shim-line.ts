import { stripVTControlCharacters } from 'node:util'
import type { Language } from '../contract/language.ts'

/**
 * What the shims themselves print while all is well: fabric-shim's logger (lib/logger.js 2.5) and the Java shim's
 * (java.util.logging). The Go shim prints nothing. Their warnings and errors are for the author. Also what is printed on
 * the way to the shim: by `npm start`, and by the start.sh of Fabric's nodeenv image, which traces its commands.
 */
const chatter: Record<Language, { mark: string; patterns: RegExp[] }[]> = {
  node: [
    { mark: '[c-api:', patterns: [/^\S+ (?:info|debug)\s+\[c-api:/] },
    { mark: '> ', patterns: [/^> \S+@\S+ start$/, /^> .+ --peer\.address[ =]\S+$/] },
    { mark: '+ ', patterns: [/^\+ (?:cd \/usr\/local\/src|npm start -- .*)$/] },
  ],
  java: [
    {
      mark: 'org.hyperledger.fabric.',
      patterns: [/^Thread\[[^\]]*\] \S+ (?:INFO|CONFIG|FINE\w*)\s+org\.hyperledger\.fabric\./],
    },
  ],
  golang: [],
  other: [],
}

/** Whether a line is the shim's own chatter, not the author's output. */
export function isShimLine(language: Language, text: string): boolean {
  // Most lines aren't: a mark rules them out without stripping and matching each one.
  return chatter[language].some(
    ({ mark, patterns }) =>
      text.includes(mark) && patterns.some((pattern) => pattern.test(stripVTControlCharacters(text))),
  )
}
