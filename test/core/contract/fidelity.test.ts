import { expect, test } from 'vitest'
import { fidelityNotes } from '../../../core/contract/fidelity.ts'

const OPENING = `# Fidelity

Slipway's messages, semantics, limits and error texts are those of a Fabric peer: \`npm run conformance\` replays recordings of a real one and compares. The remaining differences below are deliberate or have a reason, and the window shows each where an author meets it.

This page is generated from \`core/contract/fidelity.ts\`. After a change there, run \`npx vitest run test/core/contract/fidelity.test.ts -u\`.
`

test('core/FIDELITY.md has the same text as the window', async () => {
  const sections = Object.values(fidelityNotes).map(
    ({ title, here, there, why }) =>
      `\n## ${title}\n\n- **Here:** ${here}\n- **On a real peer:** ${there}\n- **Why:** ${why}\n`,
  )
  await expect(OPENING + sections.join('')).toMatchFileSnapshot('../../../core/FIDELITY.md')
})
