import { createHash } from 'node:crypto'
import type { Language } from '../contract/language.ts'
import { ChaincodeDeploymentSpec, ChaincodeID, ChaincodeInput, ChaincodeSpec } from '../protos/index.ts'
import type { CCContext } from './cc-context.ts'

const typeOf = {
  golang: ChaincodeSpec.Type.GOLANG,
  node: ChaincodeSpec.Type.NODE,
  java: ChaincodeSpec.Type.JAVA,
  other: ChaincodeSpec.Type.UNDEFINED,
}

/**
 * The package of a chaincode folder in dev mode. Its code is never run: the sources are built where they are, at the
 * package's path.
 */
export function devDeploymentSpec(
  cc: Pick<CCContext, 'name' | 'version'>,
  language: Language,
  folder: string,
): ChaincodeDeploymentSpec {
  const id = new ChaincodeID()
  id.setName(cc.name)
  id.setVersion(cc.version)
  id.setPath(folder)
  const spec = new ChaincodeSpec()
  spec.setType(typeOf[language])
  spec.setChaincodeId(id)
  spec.setInput(new ChaincodeInput())
  const deployment = new ChaincodeDeploymentSpec()
  deployment.setChaincodeSpec(spec)
  // Without the sources, the fingerprint stays the same whatever is edited, even the language.
  deployment.setCodePackage(Buffer.from(JSON.stringify({ mode: 'dev' })))
  return deployment
}

/**
 * sha256(sha256(code) ‖ sha256(name ‖ version)): distinguishes packages of the same name and version
 * (Fabric 1.0 core/common/ccprovider/cdspackage.go).
 */
export function fingerprint(spec: ChaincodeDeploymentSpec): Uint8Array {
  const id = spec.getChaincodeSpec()?.getChaincodeId()
  const code = sha256(spec.getCodePackage_asU8())
  const meta = sha256(Buffer.from(`${id?.getName() ?? ''}${id?.getVersion() ?? ''}`))
  return sha256(Buffer.concat([code, meta]))
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
