import type { ContractFunction, ContractMetadata } from '../contract/contract-metadata.ts'
import type { Project } from '../project/project.ts'
import { golangSignatures } from './golang/signatures.ts'
import { javaSignatures } from './java/signatures.ts'
import { nodeSignatures } from './node/signatures.ts'
import type { Signature } from './signature.ts'

/**
 * What the contract APIs call a parameter whose name they don't know: Node `arg0`, Go `param0`, Java `arg1`, since its
 * compiler leaves names out unless it is asked for them (`-parameters`).
 */
const UNNAMED = /^(?:arg|param)\d+$/

/**
 * The metadata with the parameters' names from the source, where the contract API knows none. Decorated TypeScript's
 * metadata has them.
 */
export async function withParameterNames(metadata: ContractMetadata, project: Project): Promise<ContractMetadata> {
  const isUnnamed = (fn: ContractFunction) => fn.parameters.some(({ name }) => UNNAMED.test(name))
  if (!metadata.contracts.some(({ functions }) => functions.some(isUnnamed))) return metadata
  const signatures = await signaturesOf(project)
  const contracts = metadata.contracts.map((contract) => ({
    ...contract,
    functions: contract.functions.map((fn) => (isUnnamed(fn) ? named(fn, contract.name, signatures) : fn)),
  }))
  return { ...metadata, contracts }
}

async function signaturesOf({ language, folder }: Project): Promise<Signature[]> {
  if (language === 'node') return nodeSignatures(folder)
  if (language === 'java') return javaSignatures(folder)
  return language === 'golang' ? golangSignatures(folder) : []
}

/** A contract's own class counts first; another one's, e.g. a base class, only if all of that name agree. */
function named(fn: ContractFunction, contract: string, signatures: Signature[]): ContractFunction {
  const candidates = signatures.filter(({ name }) => name === fn.name)
  const own = candidates.filter(({ type }) => type === contract.slice(contract.lastIndexOf('.') + 1))
  const lists = new Set((own.length > 0 ? own : candidates).map((signature) => namesFor(fn, signature).join()))
  if (lists.size !== 1) return fn
  const names = [...lists][0]?.split(',') ?? []
  return {
    ...fn,
    parameters: fn.parameters.map((parameter, i) => {
      const name = names[i] ?? ''
      return name === '' || !UNNAMED.test(parameter.name) ? parameter : { ...parameter, name }
    }),
  }
}

/**
 * The names for the parameters that the metadata lists: without the context, which Go's contract API allows to leave out,
 * and without what a Node function needs no argument for, after its first default.
 */
function namesFor(fn: ContractFunction, { parameters }: Signature): string[] {
  const count = fn.parameters.length
  const names = parameters.length === count ? parameters : parameters.slice(1, count + 1)
  return names.length === count ? names.map((name) => name ?? '') : []
}
