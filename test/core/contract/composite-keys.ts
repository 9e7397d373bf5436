import type { CompositeKey } from '../../../core/contract/composite-key.ts'

/** Raw keys and their parts; undefined for those that CreateCompositeKey can't have made. */
export const keys: [what: string, key: string, parts: CompositeKey | undefined][] = [
  ['two attributes', '\0owner~id\0Ada\0asset6\0', { objectType: 'owner~id', attributes: ['Ada', 'asset6'] }],
  ['one attribute', '\0owner\0ann\0', { objectType: 'owner', attributes: ['ann'] }],
  ['no attribute', '\0owner\0', { objectType: 'owner', attributes: [] }],
  ['an empty attribute', '\0owner\0\0', { objectType: 'owner', attributes: [''] }],
  [
    'empty attributes between others',
    '\0owner\0ann\0\0\0x\0',
    { objectType: 'owner', attributes: ['ann', '', '', 'x'] },
  ],
  ['an empty object type', '\0\0', { objectType: '', attributes: [] }],
  ['an empty object type and one attribute', '\0\0ann\0', { objectType: '', attributes: ['ann'] }],
  ['characters beyond U+FFFF', '\0🚗\0Zoë\0', { objectType: '🚗', attributes: ['Zoë'] }],
  ['no separator after the last part', '\0owner\0ann', undefined],
  ['only the leading U+0000', '\0abc', undefined],
  ['U+0000 alone', '\0', undefined],
  ['a trailing U+0000 alone', 'abc\0', undefined],
  ['U+0000 in the middle', 'owner\0ann\0', undefined],
  ['the end of a partial key’s range', '\0owner\0ann\0\u{10FFFF}', undefined],
  ['the peer’s own init marker', '\0\u{10FFFF}initialized', undefined],
  ['U+10FFFF in a part', '\0owner\0a\u{10FFFF}\0', undefined],
  ['a simple key', 'asset6', undefined],
  ['an empty key', '', undefined],
]
