import { type Fault, FaultError, fault } from '../../model/fault.ts'
import { locator } from '../../stages/declare/yaml/line-of.ts'
import { parseYaml } from '../../stages/declare/yaml/parse-yaml.ts'
import type { ConfigRules } from './config-keys.ts'

/** Checks files that a part of the configuration names. @throws FaultError */
interface KeyCheck {
  /** JSON pointer of the part. */
  readonly pointer: string
  readonly check: () => Promise<void>
}

/** Faults of a configuration file's key files that cannot be read now, or have no keys. */
export async function keyFaults(file: string, text: string, config: ConfigRules): Promise<readonly Fault[]> {
  const checks = checksOf(config)
  if (checks.length === 0) return []
  const [first] = parseYaml(text, file)
  const locate = locator(text)
  const found = await Promise.all(
    checks.map(async ({ pointer, check }): Promise<readonly Fault[]> => {
      try {
        await check()
        return []
      } catch (error) {
        if (!(error instanceof FaultError)) throw error
        const line = (first && locate(first.document, pointer)) ?? 1
        return [fault('bad-config', error.fault.message, { location: { file, line } })]
      }
    }),
  )
  return found.flat()
}

/** Modules are loaded where they are needed: --help stays quick. */
function checksOf({ provenance, verify, sign }: ConfigRules): readonly KeyCheck[] {
  const charts = provenance.map((rule, index) => ({
    pointer: `/provenance/${index}`,
    check: async () => {
      const { checkRuleFiles } = await import('../../adapters/source/provenance/check-rule-files.ts')
      await checkRuleFiles(rule)
    },
  }))
  const signers = [
    { pointer: '/verify/keys', files: verify?.keys ?? [] },
    { pointer: '/verify/forgeKeys', files: verify?.forge?.keys ?? [] },
  ].filter(({ files }) => files.length > 0)
  const commits = signers.map(({ pointer, files }) => ({
    pointer,
    check: async () => {
      const { keysIn, readSignerFiles } = await import('../../adapters/git/signature/signer-files.ts')
      await keysIn(await readSignerFiles(files), files)
    },
  }))
  const own = sign && {
    pointer: '/sign',
    check: async () => {
      const { commitSigner } = await import('../../adapters/git/signature/commit-signer.ts')
      await commitSigner(sign)(new Uint8Array())
    },
  }
  return [...charts, ...commits, ...(own ? [own] : [])]
}
