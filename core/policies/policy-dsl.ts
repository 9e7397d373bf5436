import { MSPPrincipal, MSPRole, SignaturePolicy, SignaturePolicyEnvelope } from '../protos/policies.ts'

const gates = new Set(['and', 'or', 'outof'])
const roles = {
  admin: MSPRole.MSPRoleType.ADMIN,
  member: MSPRole.MSPRoleType.MEMBER,
  client: MSPRole.MSPRoleType.CLIENT,
  peer: MSPRole.MSPRoleType.PEER,
  orderer: MSPRole.MSPRoleType.ORDERER,
}
const principalForm = /^([A-Za-z0-9.-]+)\.(admin|member|client|peer|orderer)$/

/**
 * Parses a policy, `OR('Org1MSP.member', AND('Org2MSP.peer', 'Org3MSP.admin'))`, into the message that Fabric makes of
 * it: gates are m-out-of-n, and a principal that is named twice is listed twice (common/policydsl/policyparser.go,
 * FromString, v3.1).
 * @throws Error that names the mistake and its place
 */
export function parsePolicy(text: string): SignaturePolicyEnvelope {
  const principals: InstanceType<typeof MSPPrincipal>[] = []
  const tokens = tokensOf(text)
  let at = 0

  const next = () => tokens[at++] ?? { kind: 'end' as const, text: '', at: text.length }
  const expect = (sign: string) => {
    const token = next()
    if (token.text !== sign || token.kind !== 'sign') throw unreadable(text, token.at, `expected '${sign}'`)
  }

  function gate(): SignaturePolicy {
    const name = next()
    if (name.kind !== 'name' || !gates.has(name.text.toLowerCase())) {
      throw unreadable(text, name.at, `'${name.text}' isn't AND, OR or OutOf`)
    }
    expect('(')
    const threshold = name.text.toLowerCase() === 'outof' ? number() : undefined
    const args: (SignaturePolicy | string)[] = []
    if (threshold !== undefined) expect(',')
    for (;;) {
      args.push(tokens[at]?.kind === 'text' ? principal() : gate())
      const sign = next()
      if (sign.text === ')') break
      if (sign.text !== ',') throw unreadable(text, sign.at, "expected ',' or ')'")
    }
    // A gate's own principals are numbered after those of the gates in it, as in Fabric's evaluation.
    const rules = args.map((arg) => (typeof arg === 'string' ? signedBy(arg) : arg))
    const n = threshold ?? (name.text.toLowerCase() === 'and' ? rules.length : 1)
    if (n > rules.length + 1) throw unreadable(text, name.at, `${n} out of ${rules.length} is impossible`)
    const outOf = new SignaturePolicy.NOutOf()
    outOf.setN(n)
    outOf.setRulesList(rules)
    const rule = new SignaturePolicy()
    rule.setNOutOf(outOf)
    return rule
  }

  function number(): number {
    const token = next()
    if (!/^\d+$/.test(token.text)) throw unreadable(text, token.at, 'expected a number')
    return Number(token.text)
  }

  function principal(): string {
    const token = next()
    if (principalForm.test(token.text)) return token.text
    throw unreadable(text, token.at, `'${token.text}' isn't a principal such as Org1MSP.member`)
  }

  function signedBy(principal: string): SignaturePolicy {
    const [, mspId = '', role] = principalForm.exec(principal) ?? []
    const mspRole = new MSPRole()
    mspRole.setMspIdentifier(mspId)
    mspRole.setRole(roles[role as keyof typeof roles])
    const message = new MSPPrincipal()
    message.setPrincipal(mspRole.serializeBinary())
    const rule = new SignaturePolicy()
    rule.setSignedBy(principals.push(message) - 1)
    return rule
  }

  const rule = gate()
  const rest = next()
  if (rest.kind !== 'end') throw unreadable(text, rest.at, `unexpected '${rest.text}' after the policy`)
  const envelope = new SignaturePolicyEnvelope()
  envelope.setRule(rule)
  envelope.setIdentitiesList(principals)
  return envelope
}

/** The organisations that the policy names. */
export function organisationsOf(policy: SignaturePolicyEnvelope): string[] {
  const named = policy
    .getIdentitiesList()
    .map((principal) => MSPRole.deserializeBinary(principal.getPrincipal_asU8()).getMspIdentifier())
  return [...new Set(named)]
}

interface Token {
  kind: 'name' | 'text' | 'sign' | 'end'
  text: string
  at: number
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(/\s+|([A-Za-z_]\w*|\d+)|'([^']*)'|"([^"]*)"|([(),])|(.)/gs)) {
    const [, name, single, double, sign, unexpected] = match
    const at = match.index
    if (unexpected !== undefined) throw unreadable(text, at, `unexpected '${unexpected}'`)
    if (name !== undefined) tokens.push({ kind: 'name', text: name, at })
    if (single !== undefined || double !== undefined) tokens.push({ kind: 'text', text: single ?? double ?? '', at })
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at })
  }
  return tokens
}

function unreadable(policy: string, at: number, reason: string): Error {
  return new Error(`${reason}, at character ${at + 1} of ${JSON.stringify(policy)}`)
}
