import { resolve } from 'node:path'
import { isJsonArray, isJsonObject, type JsonObject, objectIn } from '../../model/json.ts'
import type { ForgeRule, SigningRule, VerifyRule } from '../../model/signing.ts'
import type { DocumentSchema } from '../../stages/declare/documents/document-schema.ts'
import { stringsIn } from '../../stages/declare/documents/read-rules.ts'
import { filesSchema, pathsIn, textSchema } from './file-schema.ts'

/** Keys of the configuration file about signatures of commits. */
export const signingProperties = {
  verify: {
    type: 'object',
    description: 'Signatures that commits of the branch need.',
    required: ['keys'],
    rules: [
      {
        rule: 'has(self.forgeMerges) == has(self.forgeKeys)',
        message: 'forgeMerges and forgeKeys belong together',
      },
    ],
    properties: {
      mode: {
        type: 'string',
        pattern: '^(head|all)$',
        description:
          'head: the head is to be signed (the default); all: also each commit since the last one applied.',
      },
      keys: {
        ...filesSchema,
        description: 'OpenPGP public keys, or allowed signers as ssh-keygen reads them.',
      },
      principals: {
        type: 'array',
        minItems: 1,
        maxItems: 1000,
        description:
          'Signers that count: names, e-mail addresses or fingerprints; * stands for any characters, ! excludes.',
        items: { ...textSchema, description: 'A pattern.' },
      },
      forgeMerges: {
        type: 'string',
        pattern: '^(allow|require-signed-parent)$',
        description: 'Commits that the forge makes and signs.',
      },
      forgeKeys: { ...filesSchema, description: 'Keys by which the forge signs.' },
    },
  },
  sign: {
    type: 'object',
    description: 'The key by which Reeve signs its own commits.',
    rules: [
      {
        rule: 'has(self.openpgpKeyFile) != has(self.sshKeyFile)',
        message: 'give either openpgpKeyFile or sshKeyFile',
      },
    ],
    properties: {
      openpgpKeyFile: { ...textSchema, description: 'An OpenPGP private key.' },
      sshKeyFile: { ...textSchema, description: 'An SSH private key.' },
      passphraseFile: { ...textSchema, description: 'The passphrase of the key.' },
    },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

/** What the configuration says about signatures of commits. */
export interface SigningRules {
  readonly verify?: VerifyRule
  readonly sign?: SigningRule
}

/** Reads keys that are valid by `signingProperties`. */
export function readSigning({ verify, sign }: JsonObject): SigningRules {
  return {
    ...(isJsonObject(verify) && { verify: verifyRule(verify) }),
    ...(isJsonObject(sign) && { sign: signingRule(sign) }),
  }
}

function verifyRule({ mode, keys, principals, forgeMerges, forgeKeys }: JsonObject): VerifyRule {
  const merges: ForgeRule['merges'] = forgeMerges === 'allow' ? 'allow' : 'require-signed-parent'
  return {
    mode: mode === 'all' ? 'all' : 'head',
    keys: pathsIn(keys),
    ...(isJsonArray(principals) && { principals: stringsIn(principals) }),
    ...(isJsonArray(forgeKeys) && { forge: { keys: pathsIn(forgeKeys), merges } }),
  }
}

function signingRule(sign: JsonObject): SigningRule {
  const { openpgpKeyFile, sshKeyFile, passphraseFile } = objectIn(sign)
  return {
    format: typeof openpgpKeyFile === 'string' ? 'openpgp' : 'ssh',
    keyFile: resolve(String(openpgpKeyFile ?? sshKeyFile)),
    ...(typeof passphraseFile === 'string' && { passphraseFile: resolve(passphraseFile) }),
  }
}
