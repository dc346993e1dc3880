import { asFaultError } from '../../adapters/cluster/any-fault.ts'
import type { PlacedTemplate } from '../../model/declaration.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Notice } from '../../model/notice.ts'
import { allSecrets, type Secrets } from '../../model/secrets.ts'
import type { KeySettings, Settings } from '../../model/settings.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import { describeTemplate } from '../../model/template.ts'
import type { AccountRules } from '../../model/tenancy.ts'
import type { Explained, Said } from '../../model/values.ts'
import { explainValues } from '../../stages/declare/fleet/explain-values.ts'
import { fillValues, installationScope } from '../../stages/declare/references/scope.ts'
import { redactSensitive } from '../../stages/plan/describe/redact.ts'
import { defaultsOf } from '../../stages/render/template-parts.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import { composedOf } from './compositions.ts'
import { declareFleet, type Fleet, renderingsOf } from './fleet.ts'
import { type Reading, readingWith } from './leave-encrypted.ts'
import { PinnedCompositions } from './pinned-compositions.ts'
import { placementOf } from './placement-of.ts'
import { readDirectory } from './read-directory-fleet.ts'
import { Renderers } from './renderers.ts'
import { openForReading } from './repository-parts.ts'
import { withSimilarNames } from './similar-names.ts'
import type { TemporarySourcesOptions } from './with-temporary-sources.ts'

/** Result of `reeve explain` for one installation. */
export interface Explanation {
  readonly installation: string
  /** Groups that it is in, innermost first. */
  readonly groups: readonly string[]
  readonly template?: string
  readonly namespace?: string
  /** Of a Helm chart. */
  readonly releaseName?: string
  /** Full id of the commit that its document pins what it inherits to. */
  readonly pinned?: string
  /** Full id of the commit that what it inherits is explained at, where that is the one that it is pinned to. */
  readonly inherited?: string
  readonly settings: readonly Explained[]
  /** Some file stayed encrypted because there is no key. */
  readonly isEncrypted?: true
  readonly faults: readonly Fault[]
  readonly notices: readonly Notice[]
}

/**
 * Explains where each setting of an installation comes from.
 * @param name of the installation
 * @throws FaultError if Git cannot be read, or no-installation
 */
export async function explainNow(
  name: string,
  source: DirectorySource | SettingsSource,
): Promise<Explanation> {
  try {
    const { namespace } = 'directory' in source ? source : source.settings
    const reading = readingWith(('directory' in source ? source.keys : source.settings.keys) ?? {})
    const explanation = explain(name, await readFleet(name, source, reading), namespace)
    return reading.hasLeft() ? { ...explanation, isEncrypted: true } : explanation
  } catch (error) {
    throw asFaultError(error)
  }
}

export interface DirectorySource extends TemporarySourcesOptions {
  readonly directory: string
  readonly namespace: string
  /** Absent: installations may name any service account, or none. */
  readonly accounts?: AccountRules | undefined
  readonly keys?: KeySettings
  readonly remoteBases?: readonly string[] | undefined
  /** Where templates may be fetched from. */
  readonly sources?: SourceRules | undefined
}

export interface SettingsSource {
  readonly settings: Settings
  readonly log: Log
  /** Branch, tag or commit; the settings' branch by default. */
  readonly revision?: string | undefined
}

async function readFleet(
  name: string,
  source: DirectorySource | SettingsSource,
  { decrypt }: Reading,
): Promise<Fleet> {
  if ('directory' in source) return readDirectory(source.directory, { ...source, decrypt })
  const { settings, log, revision } = source
  const { branch } = settings
  await using parts = await openForReading(settings, log)
  const { repository, sources } = parts
  const commit =
    revision === undefined
      ? await repository.fetch(branch)
      : await repository.fetchCommit(revision, { branch })
  await using renderers = new Renderers({ decrypt, sources, remoteBases: settings.remoteBases })
  const pinned = new PinnedCompositions({
    snapshotAt: (earlier) => parts.branchSnapshot(earlier),
    decrypt,
    onUnforeseen: logUnforeseen(log),
  })
  return await declareFleet(await parts.snapshotAt(commit), {
    placement: placementOf(settings),
    renderers,
    decrypt,
    compose: (head) => pinned.ofOne(name, head),
  })
}

/** Resolves the setting's references to the installation. */
function final(setting: Explained, scope: JsonObject): Explained {
  const { value = setting.said.value } = fillValues({ value: setting.said.value }, scope, [])
  return { ...setting, said: { ...setting.said, value } }
}

function explain(name: string, { made, installations, compositions }: Fleet, namespace: string): Explanation {
  const found = made.get(name)
  const installation = installations.get(name)
  if (found === undefined || installation === undefined)
    throw new FaultError(fault('no-installation', withSimilarNames(name, [...made.keys()])))
  const { declaration } = found.declared
  const { layers, templates } = declaration
  const scope = installationScope(declaration, installation.namespace ?? namespace)
  const renderings = renderingsOf(found.ready, found.declared.declaration)
  const secrets = allSecrets(
    declaration.secrets,
    installation.secrets,
    ...renderings.map((each) => ('secrets' in each ? each.secrets : undefined)),
  )
  const defaults = renderings.flatMap((each, index) => {
    const template = templates[index]
    return template ? defaultsOf(template, each) : []
  })
  const pinned = declaration.pinned?.commit
  const inherited = composedOf(compositions, name)?.revision.inherited
  const settings = explainValues([...defaults, ...layers])
  return {
    installation: name,
    groups: declaration.groups,
    ...(templates.length > 0 && { template: templates.map(describeUse).join(', ') }),
    ...(installation.namespace !== undefined && { namespace: installation.namespace }),
    ...(installation.releaseName !== undefined && { releaseName: installation.releaseName }),
    ...(pinned !== undefined && { pinned }),
    ...(inherited !== undefined && { inherited }),
    settings: settings.map((setting) => explainedWithout(final(setting, scope), secrets)),
    faults: installation.faults,
    notices: installation.notices ?? [],
  }
}

function describeUse({ name, reference }: PlacedTemplate): string {
  const source = describeTemplate(reference)
  return name === undefined ? source : `${name}: ${source}`
}

function explainedWithout(setting: Explained, secrets: Secrets | undefined): Explained {
  if (secrets === undefined) return setting
  const shown = (said: Said): Said => ({
    ...said,
    value: redactSensitive(said.value, [], { places: [], secrets }),
  })
  const { path, said, overridden } = setting
  return { path: secrets.redact(path), said: shown(said), overridden: overridden.map(shown) }
}
