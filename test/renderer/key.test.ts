import { render } from 'svelte/server'
import { expect, test } from 'vitest'
import Key from '../../renderer/parts/Key.svelte'
import { visible } from '../../core/contract/visible.ts'
import { keys } from '../core/contract/composite-keys.ts'

test.each(keys)('the window shows a key with %s as core decodes it', (_what, key, parts) => {
  const { body } = render(Key, { props: { name: key } })
  const expected = parts ? `${parts.objectType}⟨${parts.attributes.join('·')}⟩` : visible(key) || '(empty key)'
  const withoutSpace = (text: string) => text.replaceAll(/\s/g, '')
  expect(withoutSpace(body.replaceAll(/<!--.*?-->|<[^>]*>/g, ''))).toBe(withoutSpace(expected))
  expect(/composite key/i.test(body)).toBe(parts !== undefined)
})
