import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import scenario from '../../../build/scenario.schema.json' with { type: 'json' }
import slipway from '../../../build/slipway.schema.json' with { type: 'json' }

// Reading a file doesn't check its schema again: that would take longer than reading it.
test.each([
  ['slipway.yaml', slipway],
  ['a scenario', scenario],
])('the schema of %s is a valid schema', (_of, schema) => {
  const ajv = new Ajv()
  expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true)
})
