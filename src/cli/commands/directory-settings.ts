import type { ValidateOptions } from '../../control/fleet/validate-directory.ts'
import { KEYS, keySettings } from '../options/settings.ts'
import type { OptionName } from '../options/table.ts'
import type { ReadOptions } from '../options/values.ts'

/** Options for reading a directory, besides keys: it needs no settings of a remote. */
export const DIRECTORY_OPTIONS = ['namespace', 'git-ca-file', 'remote-bases', 'source-addresses'] as const

/** The same with those of keys. */
export const OF_DIRECTORIES: readonly OptionName[] = [...DIRECTORY_OPTIONS, ...KEYS]

/** What those options say. */
export function directorySettings({ values, config }: ReadOptions): ValidateOptions {
  return {
    namespace: values.namespace ?? 'default',
    keys: keySettings(values),
    caFile: values['git-ca-file'],
    provenance: config.provenance,
    remoteBases: values['remote-bases'],
    sources: config.sources,
    accounts: config.tenancy.accounts,
  }
}
