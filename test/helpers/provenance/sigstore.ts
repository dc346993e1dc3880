import { generateKeyPairSync, hash, sign, X509Certificate } from 'node:crypto'
import { initializeCA, initializeCTLog } from '@sigstore/mock/dist/fulcio/index.js'
import { initializeTLog } from '@sigstore/mock/dist/rekor/index.js'
import { BUNDLE, envelope, statementOf } from './cosign-signer.ts'

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md, "Issuer (V2)" */
const ISSUER = '1.3.6.1.4.1.57264.1.8'

/** The services of Sigstore for a test: who signs is certified, and each signature is logged. */
export interface Sigstore {
  /** Text of a trusted_root.json. */
  readonly trustedRoot: string
  /** A bundle by an identity. */
  bundle(digest: string, identity: Identity): Promise<string>
}

export interface Identity {
  readonly issuer: string
  readonly subject: string
}

export async function startSigstore(): Promise<Sigstore> {
  const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ctlog = await initializeCTLog(keys())
  const authority = await initializeCA(keys(), ctlog)
  const tlog = await initializeTLog('https://rekor.example.com', keys())
  const logOf = (publicKey: Uint8Array) => ({
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: {} },
    logId: { keyId: Buffer.from(hash('sha256', publicKey), 'hex').toString('base64') },
  })
  return {
    trustedRoot: JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [{ baseUrl: 'https://rekor.example.com', ...logOf(tlog.publicKey) }],
      ctlogs: [{ baseUrl: 'https://ctfe.example.com', ...logOf(ctlog.publicKey) }],
      certificateAuthorities: [
        {
          certChain: { certificates: [{ rawBytes: base64(view(authority.rootCertificate)) }] },
          validFor: {},
        },
      ],
    }),
    async bundle(digest, { issuer, subject }) {
      const { publicKey, privateKey } = keys()
      const certificate = view(
        await authority.issueCertificate({
          publicKey: publicKey.export({ type: 'spki', format: 'der' }) as Buffer<ArrayBuffer>,
          subjectAltName: subject,
          extensions: [{ oid: ISSUER, value: issuer }],
        }),
      )
      const { payload, encoded } = statementOf(digest)
      const signature = sign('sha256', encoded, privateKey)
      const signed = envelope(payload, signature)
      const entry = await tlog.log({
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: {
          envelopeHash: { algorithm: 'sha256', value: hash('sha256', JSON.stringify(signed)) },
          payloadHash: { algorithm: 'sha256', value: hash('sha256', payload) },
          signatures: [
            {
              signature: signature.toString('base64'),
              verifier: Buffer.from(new X509Certificate(certificate).toString()).toString('base64'),
            },
          ],
        },
      })
      return JSON.stringify({
        mediaType: BUNDLE,
        verificationMaterial: {
          certificate: { rawBytes: base64(certificate) },
          tlogEntries: Object.values(entry).map(loggedEntry),
        },
        dsseEnvelope: signed,
      })
    },
  }
}

/** An entry in the form of a bundle. */
function loggedEntry(entry: Awaited<ReturnType<Awaited<ReturnType<typeof initializeTLog>>['log']>>[string]) {
  const { body, integratedTime, logID, logIndex, verification } = entry
  const { inclusionProof: proof, signedEntryTimestamp } = verification ?? {}
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: proof && {
      logIndex: String(proof.logIndex),
      rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
      treeSize: String(proof.treeSize),
      hashes: [],
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: body,
  }
}

function view(bytes: ArrayBufferView): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
