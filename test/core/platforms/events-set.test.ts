import { expect, test } from 'vitest'
import { replacedIn } from '../../../core/platforms/events-set.ts'

const found = (text: string, name = 'Sell') => {
  const pair = replacedIn({ file: 'f', text }, name)
  return pair === undefined ? undefined : [pair.first, pair.last]
}

test('one event is replaced by nothing', () => {
  expect(found('class A {\n  async Sell(ctx) {\n    ctx.stub.setEvent("a", x)\n  }\n}')).toBeUndefined()
})

test.each([
  [
    'JavaScript',
    'class A {\n  async Sell(ctx, { id } = {}) {\n    ctx.stub.setEvent("a")\n    ctx.stub.setEvent("b")\n  }\n}',
  ],
  [
    'TypeScript',
    'class A {\n  public async Sell(ctx: Context): Promise<void> {\n    ctx.stub.setEvent(`a {`)\n    if (x) { ctx.stub.setEvent("b") }\n  }\n}',
  ],
  [
    'Go',
    'func x() {}\nfunc (c *A) Sell(ctx contractapi.TransactionContextInterface) (string, error) {\n\tctx.GetStub().SetEvent("a", nil)\n\treturn "", ctx.GetStub().SetEvent("b", nil)\n}',
  ],
  [
    'Java',
    'class A {\n  public void Sell(final Context ctx) throws IOException {\n    ctx.getStub().setEvent("a", b);\n    ctx.getStub().setEvent("b", b);\n  }\n}',
  ],
])('%s: the second of two in a row', (_language, text) => {
  expect(found(text)).toEqual([3, 4])
})

test('in a loop', () => {
  expect(found('function Sell() {\n  for (const each of all) {\n    stub.setEvent(each)\n  }\n}')).toEqual([3, 3])
})

test.each([
  ['two branches', 'function Sell() {\n  if (a) {\n    s.setEvent(1)\n  } else {\n    s.setEvent(2)\n  }\n}'],
  ['after a return', 'function Sell() {\n  if (a) {\n    s.setEvent(1)\n    return\n  }\n  s.setEvent(2)\n}'],
  ['a loop that ends with it', 'function Sell() {\n  for (;;) {\n    s.setEvent(1)\n    return\n  }\n}'],
  ['another function', 'function Buy() {\n  s.setEvent(1)\n  s.setEvent(2)\n}\nfunction Sell() {\n  Buy()\n}'],
  ['only called here', 'function Buy() {\n  Sell(1)\n  if (Sell(2)) {\n    s.setEvent(1)\n    s.setEvent(2)\n  }\n}'],
  ['a comment and a text', 'function Sell() {\n  // s.setEvent(1)\n  log("s.setEvent(1)")\n  s.setEvent(2)\n}'],
])('not: %s', (_what, text) => {
  expect(found(text)).toBeUndefined()
})
