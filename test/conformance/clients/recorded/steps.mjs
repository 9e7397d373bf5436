// Raw Fabric client (grpc-js + fabric-protos) driven by a small JSON step language; every answer is reduced
// to a comparable value (txids, addresses, names, times and certificates replaced by tokens).
import { createRequire } from 'node:module';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
const require = createRequire(path.join(process.env.CHECK_MODULES ?? process.cwd(), 'x.js'));
const grpc = require('@grpc/grpc-js');
const P = require('@hyperledger/fabric-protos');
const { Timestamp } = require('google-protobuf/google/protobuf/timestamp_pb.js');
const { common, peer: pp, gateway: gp, orderer: ab, discovery: dp, msp: mp, gossip: go, ledger: lp } = P;
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const sha = (...b) => crypto.createHash('sha256').update(Buffer.concat(b.map((x) => Buffer.from(x)))).digest();

const N = BigInt('0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551');
const derInt = (v) => { let h = v.toString(16); if (h.length % 2) h = '0' + h; let b = Buffer.from(h, 'hex'); if (b[0] & 0x80) b = Buffer.concat([Buffer.from([0]), b]); return Buffer.concat([Buffer.from([2, b.length]), b]); };
export function ecdsa(key, data, high = false) {
  const raw = crypto.sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
  const r = BigInt('0x' + raw.subarray(0, 32).toString('hex')); let s = BigInt('0x' + raw.subarray(32).toString('hex'));
  if ((s > N / 2n) !== high) s = N - s;
  const body = Buffer.concat([derInt(r), derInt(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
export function ident(mspid, certPem, keyPem) {
  const s = new mp.SerializedIdentity(); s.setMspid(mspid); s.setIdBytes(Buffer.from(certPem));
  return { mspid, creator: Buffer.from(s.serializeBinary()), key: crypto.createPrivateKey(keyPem), cert: certPem };
}
export function foreign(mspid, cn = 'stranger') {
  const d = fs.mkdtempSync(path.join(os.tmpdir(), 'foreign-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', '/OU=client/CN=' + cn, '-keyout', d + '/k', '-out', d + '/c'], { stdio: 'ignore' });
  const i = ident(mspid, fs.readFileSync(d + '/c', 'utf8'), fs.readFileSync(d + '/k', 'utf8')); fs.rmSync(d, { recursive: true }); return i;
}
// ids: { client, ...optional admin, peer, expired }; foreign identities are made here
export function makeCtx({ peerAddr, ordAddr, mspid, channel, cc, ids, vars = {} }) {
  const cred = grpc.credentials.createInsecure();
  const o = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
  const g = (C, a) => new C(a, cred, o);
  ids = { ...ids };
  ids.foreign = foreign(mspid); ids.stranger = foreign('NoSuchMSP');
  ids.garbage = { ...ids.client, creator: Buffer.from('garbage') };
  const badpem = new mp.SerializedIdentity(); badpem.setMspid(mspid); badpem.setIdBytes(Buffer.from('not a certificate'));
  ids.badpem = { ...ids.client, creator: Buffer.from(badpem.serializeBinary()) };
  ids.empty = { ...ids.client, creator: Buffer.alloc(0) };
  return { peerAddr, ordAddr, mspid, channel, cc, ids, vars: { channel, cc, mspid, ...vars },
    gw: g(gp.GatewayClient, peerAddr), en: g(pp.EndorserClient, peerAddr), dl: g(pp.DeliverClient, peerAddr), di: g(dp.DiscoveryClient, peerAddr), or: g(ab.AtomicBroadcastClient, ordAddr),
    close() { for (const c of [this.gw, this.en, this.dl, this.di, this.or]) c.close(); } };
}
const sub = (ctx, v) => typeof v === 'string' ? v.replace(/\$(\w+)/g, (m, k) => ctx.vars[k] ?? m) : Array.isArray(v) ? v.map((x) => sub(ctx, x)) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [sub(ctx, k), sub(ctx, x)])) : v;
const ts = (off = 0) => { const t = new Timestamp(); const ms = Date.now() + off * 1000; t.setSeconds(Math.floor(ms / 1000)); t.setNanos((ms % 1000) * 1e6); return t; };
const sign = (ctx, who, data, how = 'good') => how === 'none' ? Buffer.alloc(0) : how === 'garbage' ? Buffer.from('garbage') : how === 'high-s' ? ecdsa(ctx.ids[who].key, data, true) : how === 'other' ? ecdsa(ctx.ids.foreign.key, data) : how === 'otherdata' ? ecdsa(ctx.ids[who].key, Buffer.from('other data')) : ecdsa(ctx.ids[who].key, data);
const other = (m) => m.startsWith('hex:') ? Buffer.from(m.slice(4), 'hex') : Buffer.from(m);

export function proposal(ctx, p = {}) {
  const id = ctx.ids[p.as ?? 'client']; if (!id) throw new Error('no identity ' + p.as);
  const nonce = p.nonce === 'empty' ? Buffer.alloc(0) : p.nonce ? other(p.nonce) : crypto.randomBytes(24);
  const txid = p.txid !== undefined ? sub(ctx, p.txid) : sha(nonce, id.creator).toString('hex');
  const name = p.cc ?? ctx.cc;
  const ext = new pp.ChaincodeHeaderExtension();
  const ccid = (n, v) => { const c = new pp.ChaincodeID(); c.setName(n); if (v) c.setVersion(v); return c; };
  if (p.ext !== 'no-id') ext.setChaincodeId(ccid(p.extName ?? name, p.extVersion));
  const ch = new common.ChannelHeader();
  ch.setType(p.type ?? 3); ch.setChannelId(p.channel ?? ctx.channel); ch.setTxId(txid); if (p.timestamp !== 'none') ch.setTimestamp(ts(p.timeOffset)); ch.setEpoch(p.epoch ?? 0);
  if (p.version) ch.setVersion(p.version);
  if (p.tlsCertHash) ch.setTlsCertHash(other(p.tlsCertHash));
  if (p.ext === 'garbage') ch.setExtension$(Buffer.from('garbage')); else if (p.ext !== 'none') ch.setExtension$(ext.serializeBinary());
  const sh = new common.SignatureHeader(); sh.setCreator(id.creator); sh.setNonce(nonce);
  const h = new common.Header();
  if (p.header !== 'no-channel-header') h.setChannelHeader(p.header === 'garbage-channel-header' ? Buffer.from('garbage') : ch.serializeBinary());
  if (p.header !== 'no-signature-header') h.setSignatureHeader(p.header === 'garbage-signature-header' ? Buffer.from('garbage') : sh.serializeBinary());
  const spec = new pp.ChaincodeSpec(); spec.setType(p.specType ?? 1); if (p.spec !== 'no-id') spec.setChaincodeId(ccid(p.specName ?? name, p.specVersion));
  if (p.spec !== 'no-input') { const input = new pp.ChaincodeInput(); input.setArgsList((p.args ?? ['f', '[["get","nokey"]]']).map((a) => typeof a === 'object' ? Buffer.from(argBytes(a)) : other(sub(ctx, a)))); if (p.isInit) input.setIsInit(true); spec.setInput(input); }
  const cis = new pp.ChaincodeInvocationSpec(); if (p.spec !== 'none') cis.setChaincodeSpec(spec);
  const cpp = new pp.ChaincodeProposalPayload(); cpp.setInput(p.payload === 'garbage-input' ? Buffer.from('garbage') : cis.serializeBinary());
  for (const [k, v] of Object.entries(p.transient ?? {})) cpp.getTransientmapMap().set(k, Buffer.from(v));
  const pr = new pp.Proposal(); if (p.header !== 'none') pr.setHeader(p.header === 'garbage' ? Buffer.from('garbage') : h.serializeBinary());
  if (p.payload !== 'none') pr.setPayload(p.payload === 'garbage' ? Buffer.from('garbage') : cpp.serializeBinary());
  const bytes = p.bytes === 'empty' ? Buffer.alloc(0) : p.bytes === 'garbage' ? Buffer.from('garbage') : Buffer.from(pr.serializeBinary());
  const sp = new pp.SignedProposal(); sp.setProposalBytes(bytes); sp.setSignature(sign(ctx, p.as ?? 'client', bytes, p.sig));
  return { sp, txid, nonce };
}
function argBytes(a) { // {msg:'peer.lifecycle.X', ...} small set of system-chaincode argument messages, or {bytes:n}
  if (a.fill) return Buffer.alloc(a.fill, 'x');
  const C = P.peer.lifecycle?.[a.msg] ?? lp[a.msg] ?? pp[a.msg]; const m = new C();
  for (const [k, v] of Object.entries(a)) if (k !== 'msg') m['set' + k[0].toUpperCase() + k.slice(1)](typeof v === 'string' && v.startsWith('b64:') ? Buffer.from(v.slice(4), 'base64') : v);
  return m.serializeBinary();
}
// ---- normalising
export function norm(ctx, s, c) {
  if (typeof s !== 'string') return s;
  for (const [k, v] of Object.entries(c?.saved ?? {})) if (v?.txid) s = s.split(v.txid).join(`<tx:${k}>`);
  s = s.replace(/\b[0-9a-f]{64}\b/g, '<hash>').replace(/Creator \[[0-9a-f]+\]/g, 'Creator [<hex>]')
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}:\d+\b/g, '<addr>').replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( ?\+0000 UTC|Z)?/g, '<time>').replace(/serial number \d+/g, 'serial number <n>').replace(/\u00a0/g, ' ').replace(/open \/[^ ]*\/chaincodes\//g, 'open <dir>/chaincodes/').split('_implicit_org_' + ctx.mspid).join('_implicit_org_<msp>');
  const w = (v, t) => { if (v) s = s.replace(new RegExp(`(?<![\\w<-])${v.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w>])`, 'g'), t); };
  w(ctx.channel, '<channel>'); w(ctx.mspid, '<msp>'); w(ctx.cc, '<cc>');
  return s.replace(/-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----\n?/g, '<pem>');
}
const deep = (ctx, v, c) => typeof v === 'string' ? norm(ctx, v, c) : Array.isArray(v) ? v.map((x) => deep(ctx, x, c)) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [norm(ctx, k, c), deep(ctx, x, c)])) : v;
const txt = (u) => { const b = Buffer.from(u ?? []); if (!b.length) return ''; const s = b.toString('utf8'); if (!Buffer.from(s).equals(b) || /[\0-\x08\x0e-\x1f]/.test(s)) return '<bytes>'; return s.length > 600 ? s.slice(0, 200) + `...(${s.length})` : s; };
const num = (c, n) => c?.h0 !== undefined && n >= c.h0 ? `h${n === c.h0 ? '' : '+' + (n - c.h0)}` : c?.h0 !== undefined && n >= c.h0 - 3 && n > 0 ? `h-${c.h0 - n}` : n;
function rpcStatus(bin) { // google.rpc.Status {1 code, 2 message, 3 details Any{1 type_url, 2 value}}
  const b = Buffer.from(bin); const rd = (buf) => { const out = []; let i = 0; const vi = () => { let r = 0, s = 0; for (;;) { const x = buf[i++]; r += (x & 127) * 2 ** s; if (!(x & 128)) return r; s += 7; } };
    while (i < buf.length) { const t = vi(); const f = t >> 3; if ((t & 7) === 0) out.push([f, vi()]); else { const l = vi(); out.push([f, buf.subarray(i, i + l)]); i += l; } } return out; };
  const st = rd(b); const get = (a, f) => a.find((x) => x[0] === f)?.[1];
  return { code: get(st, 1), message: get(st, 2)?.toString(), details: st.filter((x) => x[0] === 3).map((x) => { const a = rd(x[1]); const url = get(a, 1)?.toString(); if (url?.endsWith('gateway.ErrorDetail')) { const d = gp.ErrorDetail.deserializeBinary(get(a, 2)).toObject(); return { type: url, address: d.address, mspId: d.mspId, message: d.message }; } return { type: url }; }) };
}
function errOut(e) {
  const o = { code: e.code, codeName: Object.keys(grpc.status).find((k) => grpc.status[k] === e.code), message: e.details };
  const b = e.metadata?.get?.('grpc-status-details-bin')?.[0]; if (b) { const s = rpcStatus(b); o.details = s.details; if (s.message !== e.details || s.code !== e.code) o.statusDiffers = { code: s.code, message: s.message }; }
  const keys = Object.keys(e.metadata?.getMap?.() ?? {}).filter((k) => !['content-type', 'grpc-status-details-bin'].includes(k)); if (keys.length) o.trailers = keys;
  return o;
}
const respOut = (r) => r ? { status: r.getStatus(), message: r.getMessage(), payload: txt(r.getPayload_asU8()) } : null;
function rwOut(bytes) { try { const t = lp.rwset.TxReadWriteSet.deserializeBinary(bytes); return t.getNsRwsetList().map((n) => { const k = lp.rwset.kvrwset.KVRWSet.deserializeBinary(n.getRwset_asU8()); return { ns: n.getNamespace(), reads: k.getReadsList().map((x) => txt(Buffer.from(x.getKey()))), writes: k.getWritesList().map((x) => txt(Buffer.from(x.getKey()))), coll: n.getCollectionHashedRwsetList().map((x) => x.getCollectionName()) }; }); } catch (e) { return '<undecodable>'; } }
function prpOut(bytes) { const x = pp.ProposalResponsePayload.deserializeBinary(bytes); const a = pp.ChaincodeAction.deserializeBinary(x.getExtension_asU8()); const ev = a.getEvents_asU8();
  return { proposalHashLen: x.getProposalHash_asU8().length, rwset: rwOut(a.getResults_asU8()), event: ev.length ? evOut(pp.ChaincodeEvent.deserializeBinary(ev)) : null, response: respOut(a.getResponse()), chaincodeId: a.getChaincodeId() ? { name: a.getChaincodeId().getName(), version: a.getChaincodeId().getVersion(), path: a.getChaincodeId().getPath() } : null }; }
const evOut = (e) => ({ chaincodeId: e.getChaincodeId(), txId: e.getTxId(), eventName: e.getEventName(), payload: txt(e.getPayload_asU8()) });
function idOut(b) { try { const s = mp.SerializedIdentity.deserializeBinary(b); return { mspid: s.getMspid(), pem: /BEGIN CERTIFICATE/.test(Buffer.from(s.getIdBytes_asU8()).toString()) }; } catch { return '<undecodable>'; } }
function prOut(r) { return { version: r.getVersion(), timestamp: !!r.getTimestamp(), response: respOut(r.getResponse()), payload: r.getPayload_asU8().length ? prpOut(r.getPayload_asU8()) : null, endorsement: r.getEndorsement() ? { endorser: idOut(r.getEndorsement().getEndorser_asU8()), signed: r.getEndorsement().getSignature_asU8().length > 60 } : null, interest: r.getInterest() ? r.getInterest().getChaincodesList().map((c) => ({ name: c.getName(), collections: c.getCollectionNamesList(), noPrivateReads: c.getNoPrivateReads(), noPublicWrites: c.getNoPublicWrites(), keyPolicies: c.getKeyPoliciesList().length })) : null }; }
function chOut(ch, c) { return { type: ch.getType(), version: ch.getVersion(), channel: ch.getChannelId(), txId: ch.getTxId(), epoch: ch.getEpoch(), timestamp: !!ch.getTimestamp(), ext: ch.getExtension_asU8().length > 0, tlsCertHash: ch.getTlsCertHash_asU8().length > 0 }; }
function groupOut(g) { const o = { mod: g.getModPolicy(), version: g.getVersion(), values: {}, policies: {}, groups: {} }; g.getValuesMap().forEach((v, k) => { o.values[k] = v.getModPolicy(); }); g.getPoliciesMap().forEach((v, k) => { const p = v.getPolicy(); o.policies[k] = `type ${p.getType()} mod ${v.getModPolicy()}`; if (p.getType() === 3) { const im = common.ImplicitMetaPolicy.deserializeBinary(p.getValue_asU8()); o.policies[k] = ['ANY', 'ALL', 'MAJORITY'][im.getRule()] + ' ' + im.getSubPolicy() + ' mod ' + v.getModPolicy(); } });
  g.getGroupsMap().forEach((v, k) => { o.groups[k] = groupOut(v); }); for (const k of ['values', 'policies', 'groups']) o[k] = Object.fromEntries(Object.entries(o[k]).sort()); return o; }
function envOut(b, c) {
  const e = common.Envelope.deserializeBinary(b); const p = common.Payload.deserializeBinary(e.getPayload_asU8()); const ch = common.ChannelHeader.deserializeBinary(p.getHeader().getChannelHeader_asU8()); const sh = common.SignatureHeader.deserializeBinary(p.getHeader().getSignatureHeader_asU8());
  const o = { signed: e.getSignature_asU8().length > 0, header: chOut(ch), creator: sh.getCreator_asU8().length ? idOut(sh.getCreator_asU8()) : null, nonceLen: sh.getNonce_asU8().length };
  try {
  if (ch.getType() === 1) { const ce = common.ConfigEnvelope.deserializeBinary(p.getData_asU8()); o.config = { sequence: ce.getConfig().getSequence(), channelGroup: groupOut(ce.getConfig().getChannelGroup()) }; o.lastUpdate = !!ce.getLastUpdate(); }
  if (ch.getType() === 3) { const t = pp.Transaction.deserializeBinary(p.getData_asU8()); o.actions = t.getActionsList().map((a) => { const cap = pp.ChaincodeActionPayload.deserializeBinary(a.getPayload_asU8()); const cpp = pp.ChaincodeProposalPayload.deserializeBinary(cap.getChaincodeProposalPayload_asU8()); const cis = pp.ChaincodeInvocationSpec.deserializeBinary(cpp.getInput_asU8()).getChaincodeSpec(); return { headerIsSignatureHeader: Buffer.from(a.getHeader_asU8()).equals(Buffer.from(p.getHeader().getSignatureHeader_asU8())), transient: cpp.getTransientmapMap().getLength(), spec: { name: cis.getChaincodeId()?.getName(), type: cis.getType(), args: cis.getInput().getArgsList_asU8().map(txt) }, endorsements: cap.getAction().getEndorsementsList().length, prp: prpOut(cap.getAction().getProposalResponsePayload_asU8()) }; }); }
  } catch { o.body = '<undecodable>'; }
  return o;
}
function metaOut(m) { // SIGNATURES, LAST_CONFIG, TRANSACTIONS_FILTER, ORDERER, COMMIT_HASH
  const l = m.getMetadataList_asU8(); const md = (b) => { if (!b?.length) return 'empty'; const x = common.Metadata.deserializeBinary(b); return { value: x.getValue_asU8().length > 0, signatures: x.getSignaturesList().length }; };
  return { count: l.length, signatures: md(l[0]), lastConfig: md(l[1]), filter: [...(l[2] ?? [])], orderer: l[3]?.length ? 'set' : 'empty', commitHash: l[4] === undefined ? 'absent' : l[4].length ? md(l[4]) : 'empty' };
}
function blockOut(b, c, verb) { const h = b.getHeader(); const env = b.getData().getDataList_asU8().map((x) => verb ? envOut(x, c) : ((e) => ({ type: e.header.type, txId: e.header.txId }))(envOut(x, c))); return { number: num(c, h.getNumber()), previousHashLen: h.getPreviousHash_asU8().length, dataHashLen: h.getDataHash_asU8().length, dataHashOk: sha(...b.getData().getDataList_asU8()).equals(Buffer.from(h.getDataHash_asU8())), data: env, metadata: metaOut(b.getMetadata()) }; }
function filtOut(f, c) { return { channelId: f.getChannelId(), number: num(c, f.getNumber()), txs: f.getFilteredTransactionsList().map((t) => ({ txid: t.getTxid(), type: t.getType(), code: t.getTxValidationCode(), actions: t.getTransactionActions() ? t.getTransactionActions().getChaincodeActionsList().map((a) => a.getChaincodeEvent() ? evOut(a.getChaincodeEvent()) : null) : null })) }; }
function dlOut(r, c, verb) {
  const t = r.getTypeCase(); const T = (r.constructor.TypeCase); const n = Object.keys(T).find((k) => T[k] === t);
  if (n === 'STATUS') return { status: r.getStatus() };
  if (n === 'BLOCK') return { block: blockOut(r.getBlock(), c, verb) };
  if (n === 'FILTERED_BLOCK') return { filteredBlock: filtOut(r.getFilteredBlock(), c) };
  const bp = r.getBlockAndPrivateData(); const pv = {}; bp.getPrivateDataMapMap().forEach((v, k) => { pv[k] = v.getNsPvtRwsetList().map((x) => ({ ns: x.getNamespace(), colls: x.getCollectionPvtRwsetList().map((y) => y.getCollectionName()) })); });
  return { blockAndPrivateData: { block: blockOut(bp.getBlock(), c, verb), privateData: pv } };
}
function pos(ctx, c, v) { const s = new ab.SeekPosition(); if (v === undefined || v === 'none') return undefined; if (v === 'unset') return s; if (v === 'oldest') s.setOldest(new ab.SeekOldest()); else if (v === 'newest') s.setNewest(new ab.SeekNewest()); else if (v === 'next') s.setNextCommit(new ab.SeekNextCommit()); else { const q = new ab.SeekSpecified(); q.setNumber(v === 'max' ? Number.MAX_SAFE_INTEGER : blk(c, v)); s.setSpecified(q); } return s; }
const blk = (c, v) => typeof v === 'number' ? v : (() => { const m = /^h(?:([+-])(\d+))?$/.exec(v); if (!m) { const s = c.saved[v]; if (s?.block !== undefined) return s.block; throw new Error('block? ' + v); } return c.h0 + (m[1] ? (m[1] === '-' ? -1 : 1) * m[2] : 0); })();
function seekEnv(ctx, c, s) {
  const id = ctx.ids[s.as ?? 'client'];
  const si = new ab.SeekInfo(); const a = pos(ctx, c, s.start), z = pos(ctx, c, s.stop); if (a) si.setStart(a); if (z) si.setStop(z); si.setBehavior(s.behavior === 'fail' ? 1 : s.behavior === 'block' || s.behavior === undefined ? 0 : s.behavior); if (s.errorResponse) si.setErrorResponse(s.errorResponse); if (s.contentType) si.setContentType(s.contentType);
  const ch = new common.ChannelHeader(); ch.setType(s.type ?? 5); ch.setChannelId(sub(ctx, s.channel ?? ctx.channel)); if (s.timestamp !== 'none') ch.setTimestamp(ts(s.timeOffset)); if (s.tlsCertHash) ch.setTlsCertHash(other(s.tlsCertHash)); if (s.epoch) ch.setEpoch(s.epoch); if (s.txid) ch.setTxId(s.txid);
  const sh = new common.SignatureHeader(); sh.setCreator(id.creator); if (s.nonce !== 'empty') sh.setNonce(crypto.randomBytes(24));
  return env(ctx, s, ch, sh, s.data === 'garbage' ? Buffer.from('garbage') : s.data === 'none' ? Buffer.alloc(0) : si.serializeBinary());
}
function env(ctx, s, ch, sh, data) {
  const h = new common.Header(); h.setChannelHeader(s.header === 'garbage-channel-header' ? Buffer.from('garbage') : ch.serializeBinary()); if (s.header !== 'no-signature-header') h.setSignatureHeader(sh.serializeBinary());
  const p = new common.Payload(); if (s.header !== 'none') p.setHeader(h); p.setData(data);
  const e = new common.Envelope(); const b = s.payload === 'garbage' ? Buffer.from('garbage') : s.payload === 'none' ? Buffer.alloc(0) : Buffer.from(p.serializeBinary()); e.setPayload(b); e.setSignature(sign(ctx, s.as ?? 'client', b, s.sig)); return e;
}
const cls = (ms) => ms < 2000 ? 'at once' : ms < 4000 ? 'some seconds' : ms < 8000 ? 'about 5 s' : 'long';
const unary = (fn, req, deadline) => new Promise((res) => { const t = Date.now(); fn(req, new grpc.Metadata(), deadline ? { deadline: Date.now() + deadline } : { deadline: Date.now() + 40000 }, (e, r) => { const ms = Date.now() - t; // at the deadline the client's own error, the server's and a reset race: one token for the three
  if (e && deadline && ms >= deadline - 100 && [1, 4].includes(e.code)) e = { code: 4, details: '<no answer before the client deadline>' }; res({ e, r, ms }); }); });
function stream(call, { sends = [], halfClose, wait = 1500, max = 1e9, out, between, during }) {
  return new Promise((res) => {
    const o = { messages: [], end: 'open' }; let done = false; const fin = () => { if (done) return; done = true; clearTimeout(timer); call.cancel(); res(o); };
    let timer = setTimeout(fin, wait);
    call.on('data', (m) => { if (done) return; try { o.messages.push(out(m)); } catch (e) { o.messages.push({ harness: String(e) }); } if (o.messages.length >= max) { o.end = 'open (reader stopped)'; fin(); } });
    call.on('error', (e) => { if (done) return; o.end = errOut(e); fin(); });
    call.on('end', () => setTimeout(() => { if (!done && o.end === 'open') { o.end = 'ended, OK'; fin(); } }, 50));
    call.on('status', (s) => { o.st = s.code; if (!done && s.code === 0) { setTimeout(() => { if (!done) { o.end = 'ended, OK'; fin(); } }, 60); } });
    (async () => { for (const [i, s] of sends.entries()) { if (i) await sleep(between ?? 300); if (done) return; call.write(s); } if (halfClose) call.end(); if (during) await during(); })();
  }).then((o) => { delete o.st; return o; });
}
function prepEnv(ctx, saved, s) { if (!saved?.env) throw new Error('no prepared transaction to submit'); const e = common.Envelope.deserializeBinary(saved.env.serializeBinary()); const b = Buffer.from(e.getPayload_asU8()); e.setSignature(sign(ctx, s.as ?? 'client', b, s.sig)); if (s.payload === 'none') e.setPayload(''); if (s.payload === 'garbage') e.setPayload(Buffer.from('garbage')); return e; }
const again = (s, c) => s.repeatOf ? { ...s, proposal: { ...s.proposal, nonce: 'hex:' + c.saved[s.repeatOf].nonce.toString('hex') } } : s; // same nonce, so same transaction id
const ops = {
  async evaluate(ctx, s, c) { s = again(s, c); const p = proposal(ctx, s.proposal); const r = new gp.EvaluateRequest(); if (s.omit !== 'fields') { r.setTransactionId(s.reqTxid ?? p.txid); r.setChannelId(s.reqChannel ?? s.proposal?.channel ?? ctx.channel); } if (s.omit !== 'proposal') r.setProposedTransaction(p.sp); if (s.targets) r.setTargetOrganizationsList(s.targets); const a = await unary(ctx.gw.evaluate.bind(ctx.gw), r, s.deadline); return [a.e ? errOut(a.e) : { code: 0, result: respOut(a.r.getResult()) }, a.ms]; },
  async endorse(ctx, s, c) { s = again(s, c); const p = proposal(ctx, s.proposal); const r = new gp.EndorseRequest(); if (s.omit !== 'fields') { r.setTransactionId(s.reqTxid ?? p.txid); r.setChannelId(s.reqChannel ?? s.proposal?.channel ?? ctx.channel); } if (s.omit !== 'proposal') r.setProposedTransaction(p.sp); if (s.targets) r.setEndorsingOrganizationsList(s.targets); const a = await unary(ctx.gw.endorse.bind(ctx.gw), r, s.deadline); if (s.save) c.saved[s.save] = { txid: p.txid, nonce: p.nonce, env: a.r?.getPreparedTransaction() }; return [a.e ? errOut(a.e) : { code: 0, preparedTransaction: envOut(a.r.getPreparedTransaction().serializeBinary(), c) }, a.ms]; },
  async submit(ctx, s, c) { const r = new gp.SubmitRequest(); const sv = c.saved[s.from]; if (s.omit !== 'fields') { r.setTransactionId(s.reqTxid ?? sv?.txid ?? 'x'); r.setChannelId(s.reqChannel ?? ctx.channel); } if (s.omit !== 'envelope') r.setPreparedTransaction(prepEnv(ctx, sv, s)); const a = await unary(ctx.gw.submit.bind(ctx.gw), r, s.deadline); return [a.e ? errOut(a.e) : { code: 0, response: a.r.toObject() }, a.ms]; },
  async commit(ctx, s, c) { const sv = c.saved[s.from]; const q = new gp.CommitStatusRequest(); q.setTransactionId(s.txid !== undefined ? s.txid : sv.txid); if (s.channel !== '') q.setChannelId(s.channel ?? ctx.channel); if (s.identity !== 'none') q.setIdentity(ctx.ids[s.as ?? 'client'].creator); const b = s.request === 'garbage' ? Buffer.from('garbage') : s.request === 'none' ? Buffer.alloc(0) : Buffer.from(q.serializeBinary()); const r = new gp.SignedCommitStatusRequest(); r.setRequest(b); r.setSignature(sign(ctx, s.as ?? 'client', b, s.sig)); const a = await unary(ctx.gw.commitStatus.bind(ctx.gw), r, s.deadline); if (a.r && sv) sv.block = a.r.getBlockNumber(); return [a.e ? errOut(a.e) : { code: 0, result: a.r.getResult(), blockNumber: num(c, a.r.getBlockNumber()) }, a.ms]; },
  async events(ctx, s, c) { const q = new gp.ChaincodeEventsRequest(); if (s.channel !== '') q.setChannelId(s.channel ?? ctx.channel); q.setChaincodeId(s.chaincode ?? ctx.cc); if (s.identity !== 'none') q.setIdentity(ctx.ids[s.as ?? 'client'].creator); const a = pos(ctx, c, s.start); if (a) q.setStartPosition(a); if (s.after) q.setAfterTransactionId(c.saved[s.after]?.txid ?? s.after); const b = s.request === 'garbage' ? Buffer.from('garbage') : s.request === 'none' ? Buffer.alloc(0) : Buffer.from(q.serializeBinary()); const r = new gp.SignedChaincodeEventsRequest(); r.setRequest(b); r.setSignature(sign(ctx, s.as ?? 'client', b, s.sig)); const t = Date.now(); const call = ctx.gw.chaincodeEvents(r); const o = await stream(call, { wait: s.wait, max: s.max, out: (m) => ({ blockNumber: num(c, m.getBlockNumber()), events: m.getEventsList().map(evOut) }), during: s.during ? async () => { await sleep(400); for (const d of s.during) await step(ctx, d, c); } : undefined }); return [o, null]; },
  async process(ctx, s, c) { s = again(s, c); const p = proposal(ctx, s.proposal); const a = await unary(ctx.en.processProposal.bind(ctx.en), p.sp, s.deadline); if (s.save) c.saved[s.save] = { txid: p.txid, nonce: p.nonce }; return [a.e ? errOut(a.e) : { code: 0, ...prOut(a.r) }, a.ms]; },
  async deliver(ctx, s, c) { const or = s.kind === 'orderer'; const cl = or ? ctx.or : ctx.dl; const call = or ? cl.deliver() : s.kind === 'DeliverFiltered' ? cl.deliverFiltered() : s.kind === 'DeliverWithPrivateData' ? cl.deliverWithPrivateData() : cl.deliver(); const o = await stream(call, { sends: s.seeks.map((k) => seekEnv(ctx, c, k)), halfClose: s.halfClose, wait: s.wait, max: s.max, between: s.between, out: (m) => dlOut(m, c, s.verbose), during: s.during ? async () => { await sleep(400); for (const d of s.during) await step(ctx, d, c); } : undefined });
    if (s.brief) o.messages = o.messages.map((m) => m.block ? `block ${m.block.number}` : m.filteredBlock ? `filtered ${m.filteredBlock.number}` : m.blockAndPrivateData ? `block+private ${m.blockAndPrivateData.block.number}` : m); return [o, null]; },
  async broadcast(ctx, s, c) { const call = ctx.or.broadcast(); const mk = (m) => { if (m.from) return prepEnv(ctx, c.saved[m.from], m); const id = ctx.ids[m.as ?? 'client']; const ch = new common.ChannelHeader(); ch.setType(m.type ?? 3); ch.setChannelId(m.channel ?? ctx.channel); if (m.timestamp !== 'none') ch.setTimestamp(ts(m.timeOffset)); if (m.txid) ch.setTxId(m.txid); if (m.epoch) ch.setEpoch(m.epoch); const sh = new common.SignatureHeader(); sh.setCreator(id.creator); sh.setNonce(crypto.randomBytes(24)); return env(ctx, m, ch, sh, m.fill ? Buffer.alloc(m.fill, 'x') : Buffer.from(m.data ?? 'data')); };
    const o = await stream(call, { sends: s.messages.map(mk), halfClose: s.halfClose, wait: s.wait ?? 1500, between: s.between, out: (m) => ({ status: m.getStatus(), info: m.getInfo() }) }); return [o, null]; },
  async discover(ctx, s, c) { const id = ctx.ids[s.as ?? 'client']; const r = new dp.Request(); if (s.auth !== 'none') { const a = new dp.AuthInfo(); if (s.auth !== 'no-identity') a.setClientIdentity(id.creator); if (s.tlsHash) a.setClientTlsCertHash(Buffer.from(s.tlsHash)); r.setAuthentication(a); }
    const interest = (l) => { const i = new pp.ChaincodeInterest(); i.setChaincodesList(l.map((x) => { const k = new pp.ChaincodeCall(); k.setName(x.name); if (x.collections) k.setCollectionNamesList(x.collections); if (x.noPrivateReads) k.setNoPrivateReads(true); if (x.noPublicWrites) k.setNoPublicWrites(true); return k; })); return i; };
    r.setQueriesList(s.queries.map((q) => { const x = new dp.Query(); if (q.channel !== '') x.setChannel(q.channel ?? (q.kind === 'local' ? '' : ctx.channel)); if (q.kind === 'config') x.setConfigQuery(new dp.ConfigQuery()); if (q.kind === 'peers') { const pq = new dp.PeerMembershipQuery(); if (q.filter) pq.setFilter(interest(q.filter)); x.setPeerQuery(pq); } if (q.kind === 'local') x.setLocalPeers(new dp.LocalPeerQuery()); if (q.kind === 'cc') { const cq = new dp.ChaincodeQuery(); cq.setInterestsList((q.interests ?? []).map(interest)); x.setCcQuery(cq); } return x; }));
    const b = s.payload === 'garbage' ? Buffer.from('garbage') : s.payload === 'none' ? Buffer.alloc(0) : Buffer.from(r.serializeBinary()); const q = new dp.SignedRequest(); q.setPayload(b); q.setSignature(sign(ctx, s.as ?? 'client', b, s.sig)); const a = await unary(ctx.di.discover.bind(ctx.di), q, s.deadline); return [a.e ? errOut(a.e) : { code: 0, results: a.r.getResultsList().map((x) => discOut(x, c)) }, a.ms]; },
  async raw(ctx, s) { const cl = s.side === 'orderer' ? ctx.or : ctx.gw; const a = await new Promise((r) => cl.makeUnaryRequest(s.path, (x) => x, (x) => x, Buffer.alloc(0), new grpc.Metadata(), { deadline: Date.now() + 3000 }, (e, x) => r({ e, x }))); return [a.e ? errOut(a.e) : { code: 0, bytes: a.x.length }, null]; },
  async sleep(ctx, s) { await sleep(s.ms); return [undefined, null]; },
};
function gm(e) { // gossip Envelope -> short
  if (!e) return null; const m = go.GossipMessage.deserializeBinary(e.getPayload_asU8()); const o = { signed: e.getSignature_asU8().length > 0, secretEnvelope: !!e.getSecretEnvelope(), tag: m.getTag(), channelLen: m.getChannel_asU8().length };
  if (m.getAliveMsg()) { const x = m.getAliveMsg(); o.alive = { endpoint: x.getMembership()?.getEndpoint(), metadata: x.getMembership()?.getMetadata_asU8().length, pkiIdLen: x.getMembership()?.getPkiId_asU8().length, timestamp: !!x.getTimestamp(), identity: x.getIdentity_asU8().length > 0 }; if (e.getSecretEnvelope()) { const sm = go.Secret.deserializeBinary(e.getSecretEnvelope().getPayload_asU8()); o.internalEndpoint = sm.getInternalEndpoint(); } }
  if (m.getStateInfo()) { const x = m.getStateInfo(); const p = x.getProperties(); o.stateInfo = { timestamp: !!x.getTimestamp(), pkiIdLen: x.getPkiId_asU8().length, channelMacLen: x.getChannelMac_asU8().length, ledgerHeight: p?.getLedgerHeight() > 0 ? 'set' : 0, leftChannel: p?.getLeftChannel(), chaincodes: p?.getChaincodesList().map((y) => ({ name: y.getName(), version: y.getVersion() })).sort((a, b) => a.name < b.name ? -1 : 1) }; }
  return o;
}
const peerOut = (p) => ({ identity: idOut(p.getIdentity_asU8()), membershipInfo: gm(p.getMembershipInfo()), stateInfo: gm(p.getStateInfo()) });
function discOut(x, c) {
  const T = dp.QueryResult.ResultCase; const n = Object.keys(T).find((k) => T[k] === x.getResultCase());
  if (n === 'ERROR') return { error: x.getError().getContent() };
  if (n === 'CONFIG_RESULT') { const r = x.getConfigResult(); const o = { msps: {}, orderers: {} }; r.getMspsMap().forEach((v, k) => { o.msps[k] = { name: v.getName(), rootCerts: v.getRootCertsList().length, admins: v.getAdminsList().length, tlsRootCerts: v.getTlsRootCertsList().length, nodeOus: !!v.getFabricNodeOus()?.getEnable(), cryptoConfig: v.getCryptoConfig()?.toObject() ?? null, ouIds: v.getOrganizationalUnitIdentifiersList().length, signingIdentity: !!v.getSigningIdentity() }; }); r.getOrderersMap().forEach((v, k) => { o.orderers[k] = v.getEndpointList().map((e) => ({ host: e.getHost(), port: '<port>' })); }); return { config: o }; }
  if (n === 'CC_QUERY_RES') return { cc: x.getCcQueryRes().getContentList().map((d) => { const g = {}; d.getEndorsersByGroupsMap().forEach((v, k) => { g[k] = v.getPeersList().map(peerOut); }); return { chaincode: d.getChaincode(), groups: g, layouts: d.getLayoutsList().map((l) => { const q = {}; l.getQuantitiesByGroupMap().forEach((v, k) => { q[k] = v; }); return q; }) }; }) };
  if (n === 'MEMBERS') { const o = {}; x.getMembers().getPeersByOrgMap().forEach((v, k) => { o[k] = v.getPeersList().map(peerOut); }); return { members: o }; }
  return { [n]: true };
}
export async function height(ctx) { const p = proposal(ctx, { cc: 'qscc', args: ['GetChainInfo', ctx.channel] }); const a = await unary(ctx.en.processProposal.bind(ctx.en), p.sp); if (a.e) throw a.e; return common.BlockchainInfo.deserializeBinary(a.r.getResponse().getPayload_asU8()).getHeight(); }
async function step(ctx, s, c) { const q = sub(ctx, s); const [r, ms] = await ops[q.op](ctx, q, c); return r === undefined ? undefined : { ...(ms === null ? {} : { timing: cls(ms) }), ...r }; }
export async function runCase(ctx, k) {
  const c = { saved: {}, h0: undefined }; if (!k.noHeight) c.h0 = await height(ctx);
  if (k.goodBlocks && ctx.good !== c.h0) { // make sure that the two newest blocks hold one plain valid transaction each
    for (const v of ['a', 'b']) { for (const s of [{ op: 'endorse', proposal: { args: ['f', JSON.stringify([['put', 'good', v]])] }, save: v }, { op: 'submit', from: v }, { op: 'commit', from: v, deadline: 20000 }]) await step(ctx, s, c); }
    c.saved = {}; c.h0 = ctx.good = await height(ctx);
  }
  const out = [];
  for (const s of k.steps) { const r = await step(ctx, s, c); if (r !== undefined && !s.quiet) out.push(deep(ctx, r, c)); }
  return out;
}
export const same = (a, b) => JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
const sortKeys = (v) => Array.isArray(v) ? v.map(sortKeys) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1).map(([k, x]) => [k, sortKeys(x)])) : v;
