import { parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser'

/** Where a text stops being JSON, from 1. */
export interface JsonFault {
  line: number
  column: number
  message: string
}

const WORDS: Partial<Record<ReturnType<typeof printParseErrorCode>, string>> = {
  InvalidSymbol: 'This word isn’t JSON: text stands in double quotes.',
  InvalidNumberFormat: 'This isn’t a number.',
  PropertyNameExpected: 'A name in double quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is expected here.',
  CommaExpected: 'A comma is expected here.',
  CloseBraceExpected: 'A } is missing.',
  CloseBracketExpected: 'A ] is missing.',
  EndOfFileExpected: 'The document has ended before this.',
  InvalidCommentToken: 'JSON has no comments.',
  UnexpectedEndOfString: 'This text has no end: a double quote is missing.',
  InvalidEscapeCharacter: 'This escape isn’t JSON’s.',
  InvalidCharacter: 'This character must be escaped.',
}

/**
 * The first fault of a text that JSON.parse refuses, which says where only sometimes. Falls back on the parser's own
 * words. Pure.
 */
export function jsonFault(text: string, refusal: string): JsonFault {
  const faults: ParseError[] = []
  parseTree(text, faults, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
  const [first] = faults
  const before = text.slice(0, first?.offset ?? 0).split(/\r\n|\n|\r/)
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  return { ...place, message: (first && WORDS[printParseErrorCode(first.error)]) ?? refusal }
}
