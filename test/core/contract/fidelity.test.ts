import { expect, test } from 'vitest'
import { fidelityNotes } from '../../../core/contract/fidelity.ts'

const OPENING = `# Fidelity

Messages, semantics, limits and error texts are those of a Fabric peer: \`npm run conformance\` replays what was recorded from one and compares. What is left on this page differs on purpose or for a reason, and the window shows it where an author meets it.

It is written from \`core/contract/fidelity.ts\`: after a change there, \`npx vitest run test/core/contract/fidelity.test.ts -u\`.
`

test('core/FIDELITY.md tells each remaining difference as the window does', async () => {
  const sections = Object.values(fidelityNotes).map(
    ({ title, here, there, why }) =>
      `\n## ${title}\n\n- **Here:** ${here}\n- **On a real peer:** ${there}\n- **Why:** ${why}\n`,
  )
  await expect(OPENING + sections.join('')).toMatchFileSnapshot('../../../core/FIDELITY.md')
})
