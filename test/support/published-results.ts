import { Ajv } from 'ajv'
import schema from '../../build/results.schema.json' with { type: 'json' }

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
ajv.addSchema(schema)

/**
 * What of a command's JSON the published schema doesn't describe, a line for each document; empty as it should be. Text
 * that isn't JSON (help, a version, a script) and a last line that a signal cut off are passed over.
 */
export function unpublished(args: readonly string[], stdout: string): string[] {
  const [command = '', sub = ''] = args
  const name = command === 'identity' && sub !== '' ? `identity-${sub}` : command
  return documentsIn(stdout).flatMap((document) => {
    const known = ajv.getSchema(`slipway-results#/definitions/${name}`) ?? ajv.getSchema('slipway-results')
    if (known === undefined) return ['there is no schema']
    if (known(document)) return []
    // A union says of each of its kinds what doesn’t fit.
    const errors = (known.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    )
    return [`${name} printed ${JSON.stringify(document).slice(0, 2_000)}: ${errors.join('; ').slice(0, 4_000)}`]
  })
}

/** One document, on however many lines, or one on each line. */
function documentsIn(stdout: string): unknown[] {
  const text = stdout.trim()
  if (!/^[[{]/.test(text)) return []
  const whole = parsed(text)
  if (whole !== undefined) return [whole]
  return text.split('\n').flatMap((line) => parsed(line) ?? [])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
