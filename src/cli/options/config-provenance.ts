import { resolve } from 'node:path'
import { isJsonArray, isJsonObject, type JsonObject } from '../../model/json.ts'
import type { CosignRule, ProvenanceRule } from '../../model/provenance.ts'
import type { DocumentSchema } from '../../stages/declare/documents/document-schema.ts'
import { mappingsIn } from '../../stages/declare/documents/read-rules.ts'
import { filesSchema, pathsIn, textSchema } from './file-schema.ts'

/** Key of the configuration file about who has to have signed charts. */
export const provenanceProperties = {
  provenance: {
    type: 'array',
    maxItems: 1000,
    description: 'Signatures that charts need, by source; the first entry that fits counts.',
    items: {
      type: 'object',
      required: ['source'],
      rules: [{ rule: 'has(self.keyrings) || has(self.cosign)', message: 'give keyrings, cosign or both' }],
      properties: {
        source: {
          ...textSchema,
          pattern: '^(\\*|[A-Za-z0-9._-]+(:[0-9]+)?(/[A-Za-z0-9_~][A-Za-z0-9._~+-]*)*)$',
          description: 'HOST or HOST/PATH of a chart repository or registry, without a scheme; * for any.',
        },
        keyrings: { ...filesSchema, description: 'OpenPGP public keys for provenance files of Helm.' },
        cosign: {
          type: 'object',
          description: 'Who may have signed a chart of a registry by cosign.',
          rules: [
            {
              rule: 'has(self.keys) != has(self.identities)',
              message: 'give either keys or identities',
            },
            {
              rule: 'has(self.identities) == has(self.trustedRoot)',
              message: 'identities and trustedRoot belong together',
            },
          ],
          properties: {
            keys: { ...filesSchema, description: 'Public keys in PEM.' },
            identities: {
              type: 'array',
              minItems: 1,
              maxItems: 100,
              description: 'Signers without keys.',
              items: {
                type: 'object',
                required: ['issuer', 'subject'],
                properties: {
                  issuer: { ...textSchema, description: 'The OpenID Connect issuer, exactly.' },
                  subject: {
                    ...textSchema,
                    description: 'The e-mail address or URI of the signer, exactly.',
                  },
                },
              },
            },
            trustedRoot: { ...textSchema, description: 'A trusted_root.json of Sigstore.' },
          },
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

/** Reads a key that is valid by `provenanceProperties`. */
export function readProvenance({ provenance }: JsonObject): readonly ProvenanceRule[] {
  return mappingsIn(provenance).map(({ source, keyrings, cosign }) => ({
    source: String(source),
    ...(isJsonArray(keyrings) && { keyrings: pathsIn(keyrings) }),
    ...(isJsonObject(cosign) && { cosign: cosignRule(cosign) }),
  }))
}

function cosignRule({ keys, identities, trustedRoot }: JsonObject): CosignRule {
  if (isJsonArray(keys)) return { keys: pathsIn(keys) }
  return {
    identities: mappingsIn(identities).map(({ issuer, subject }) => ({
      issuer: String(issuer),
      subject: String(subject),
    })),
    trustedRoot: resolve(String(trustedRoot)),
  }
}
