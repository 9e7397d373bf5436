import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ContractMetadata } from '../../../core/contract/contract-metadata.ts'
import { withParameterNames } from '../../../core/platforms/parameter-names.ts'
import type { Project } from '../../../core/project/project.ts'
import { tempFolder } from '../../support/temp.ts'

function metadata(contract: string, functions: Record<string, string[]>): ContractMetadata {
  return {
    contracts: [
      {
        name: contract,
        isDefault: true,
        functions: Object.entries(functions).map(([name, parameters]) => ({
          name,
          parameters: parameters.map((parameter) => ({ name: parameter, schema: { type: 'string' } })),
        })),
      },
    ],
    schemas: {},
  }
}

async function names(
  language: Project['language'],
  files: Record<string, string>,
  given: ContractMetadata,
): Promise<Record<string, string[]>> {
  const folder = await tempFolder('names')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const { contracts } = await withParameterNames(given, { language, folder } as Project)
  const functions = contracts.flatMap((contract) => contract.functions)
  return Object.fromEntries(functions.map((fn) => [fn.name, fn.parameters.map(({ name }) => name)]))
}

test('JavaScript: of the class itself, without the context, up to the first default', async () => {
  const files = {
    'lib/cars.js': `class Cars extends Contract {
      async Create(ctx, id, { color }, owner = 'nobody', ...rest) {}
      async Read(ctx, id) {}
    }`,
    'lib/boats.mjs': 'export class Boats { async Read(ctx, name) {} }',
    'node_modules/x/index.js': 'class Cars { Read(ctx, foreign) {} }',
    'broken.js': 'class {',
    'deep.js': `a${'.b'.repeat(100_000)}`,
  }
  const given = metadata('org.example.Cars', { Create: ['arg0', 'arg1', 'arg2'], Read: ['arg0'], Gone: ['arg0'] })
  expect(await names('node', files, given)).toEqual({
    Create: ['id', 'arg1', 'owner'],
    Read: ['id'],
    Gone: ['arg0'],
  })
})

test('Go: grouped parameters, literals and comments between, no context, a base contract', async () => {
  const files = {
    'chaincode/asset.go': `package chaincode
// func (s *Asset) Create(ctx string, wrong string) {}
const text = \`func (s *Asset) Create(ctx string, wrong string) {}\`
func (s *Asset) Create(ctx contractapi.TransactionContextInterface, id, color string /* a ) */, tags map[string][]int, f func(a, b int) error) error {
	return nil
}
func (Asset) Ping(word string) string { return word }`,
    'base.go': 'package main\nfunc (b *Base) Pay(\n\tctx Context,\n\tamount uint64,\n) error { return nil }',
    'asset_test.go': 'package main\nfunc (b *Base) Pay(ctx Context, tested uint64) error { return nil }',
  }
  const given = metadata('Asset', {
    Create: ['param0', 'param1', 'param2', 'param3'],
    Ping: ['param0'],
    Pay: ['param0'],
  })
  expect(await names('golang', files, given)).toEqual({
    Create: ['id', 'color', 'tags', 'f'],
    Ping: ['word'],
    Pay: ['amount'],
  })
})

test('Java: annotations, generics, literals and comments between, no context, nested and other classes', async () => {
  const files = {
    'src/main/java/org/example/Cars.java': `package org.example;
/* class Cars { void Create(Context ctx, String wrong) { } } */
@Contract(name = "Cars", info = @Info(title = "a ) {"))
public final class Cars<T extends Comparable<T>> implements ContractInterface {
  static final String TEXT = """
    void Create(Context ctx, String worse) { }
    """;
  private static final class Inner { void Read(Context ctx, String inner) { } }
  @Transaction(intent = Transaction.TYPE.SUBMIT)
  public Map<String, List<T>> Create(
      final Context ctx, @Property(schema = {"minLength", "1"}) final String id, // ) {
      Map<String, List<Integer>> tags, String[] colors, long sizes[], final String... größen)
      throws IOException, org.example.Broken {
    if (id.isEmpty()) { Read(ctx, id + ')'); }
    return new HashMap<>() { };
  }
  public String Read(Context ctx, String id) { return ""; }
  abstract String Missing(Context ctx, String declared);
}`,
    'src/main/java/org/example/Boats.java': 'class Boats { String Read(Context ctx, String name) { } }',
  }
  const given = metadata('Cars', {
    Create: ['arg1', 'arg2', 'arg3', 'arg4', 'arg5'],
    Read: ['arg1'],
    Missing: ['arg1'],
  })
  expect(await names('java', files, given)).toEqual({
    Create: ['id', 'tags', 'colors', 'sizes', 'größen'],
    Read: ['id'],
    Missing: ['arg1'],
  })
})

/** As large as a file may be that is read. */
const LARGE = 990_000
const filled = (text: string) => text.repeat(Math.ceil(LARGE / text.length)).slice(0, LARGE)

// Each would take minutes if it were read again from every place in it.
test('Java: large files in which nothing ends are read once', async () => {
  const hostile = ['a', '\\"', 'class A{', 'class A ', 'a(', 'class A{a(){']
  const files = Object.fromEntries(hostile.map((text, i) => [`Hostile${i}.java`, filled(text)]))
  files['Cars.java'] =
    'class Cars { String Read(Context ctx, String id) { for (int i = 0; i < 3; i++) { } return id; } }'
  expect(await names('java', files, metadata('Cars', { Read: ['arg1'] }))).toEqual({ Read: ['id'] })
})

test('Go: large files in which nothing ends are read once', async () => {
  const hostile = ['\\"', 'func (a[\n', 'func (a) b(\n', `func (a${' '.repeat(9_000)}!\n`]
  const files = Object.fromEntries(hostile.map((text, i) => [`hostile${i}.go`, filled(text)]))
  files['cars.go'] = 'package main\nfunc (c *Cars[K, V]) Read(ctx Context, id string) {}'
  expect(await names('golang', files, metadata('Cars', { Read: ['param0'] }))).toEqual({ Read: ['id'] })
})

test('Java: a lambda is a block of the call that it is given to, and a method in it has its own name', async () => {
  const text = `class Cars {
  void Run(Context ctx, String id) {
    for (int i = 0; i < 3; i++) { keys.map(x -> { return x > 2 ? x : -x; }, y); }
    if (a < b) { Read(ctx, id); }
  }
  void map(Context ctx, String key, Map<String, List<int[]>> values) { }
}`
  const given = metadata('Cars', { Run: ['arg1'], map: ['arg1', 'arg2'] })
  expect(await names('java', { 'Cars.java': text }, given)).toEqual({ Run: ['id'], map: ['key', 'values'] })
})

test('two classes that differ leave the names as they are', async () => {
  const files = { 'a.js': 'class A { f(ctx, x) {} }\nclass B { f(ctx, y) {} }' }
  expect(await names('node', files, metadata('Other', { f: ['arg0'] }))).toEqual({ f: ['arg0'] })
})

test('names that the metadata has stay', async () => {
  const files = { 'a.js': 'class A { f(ctx, x) {} }' }
  expect(await names('node', files, metadata('A', { f: ['price'] }))).toEqual({ f: ['price'] })
})
