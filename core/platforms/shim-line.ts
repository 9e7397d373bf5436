import { stripVTControlCharacters } from 'node:util'
import type { Language } from '../contract/state.ts'

/**
 * What the shims themselves print while all is well: fabric-shim's logger (lib/logger.js 2.5) and the Java shim's
 * (java.util.logging). The Go shim says nothing. Their warnings and errors are the author's business.
 */
const chatter: Record<Language, RegExp | undefined> = {
  node: /^\S+ (?:info|debug)\s+\[c-api:/,
  java: /^Thread\[[^\]]*\] \S+ (?:INFO|CONFIG|FINE\w*)\s+org\.hyperledger\.fabric\./,
  golang: undefined,
}

/** Whether a line is the shim's own chatter and not the author's output. */
export function isShimLine(language: Language, text: string): boolean {
  const pattern = chatter[language]
  if (pattern === undefined || !text.includes(language === 'node' ? '[c-api:' : 'org.hyperledger.fabric.')) return false
  return pattern.test(stripVTControlCharacters(text))
}
